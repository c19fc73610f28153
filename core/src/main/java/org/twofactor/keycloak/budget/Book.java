package org.twofactor.keycloak.budget;

import java.util.Locale;

/**
 * What a ledger is kept of. Each has pages of its own, so that strangers can't push accounts out.
 *
 * <p>The books of strangers have a bound: {@value #STRANGERS_PAGES} pages of at most so many records each. Whoever wants
 * a record forgotten has to have hundreds of thousands of others counted first, and can't aim, since a key of the realm
 * chooses the page.
 */
public enum Book {
    /** Mails and guesses of whoever holds an account. As many records as there are accounts that ask for mails. */
    ACCOUNTS(Book.ACCOUNTS_PAGES, Integer.MAX_VALUE),

    /** Addresses that anybody may submit for a reset, whether they are an account's or not. */
    SUBMITTED_ADDRESSES(Book.STRANGERS_PAGES, 8),

    /** Names that no account has. */
    UNKNOWN_NAMES(Book.STRANGERS_PAGES, 12);

    private static final int ACCOUNTS_PAGES = 16_384;
    private static final int STRANGERS_PAGES = 8_192;

    private final int pages;
    private final int recordsOnAPage;

    Book(int pages, int recordsOnAPage) {
        this.pages = pages;
        this.recordsOnAPage = recordsOnAPage;
    }

    int pages() {
        return pages;
    }

    int recordsOnAPage() {
        return recordsOnAPage;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
