package org.twofactor.keycloak.budget;

import java.util.Base64;
import javax.crypto.SecretKey;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.code.KeyedHash;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.store.StoreKey;

/**
 * What mails, and guesses at what strangers may ask for, are counted by: a record on a page of a {@link Ledger}. Only
 * digests, so that no store holds a list of users or addresses. What strangers submit is digested under a key of the
 * realm, so that nobody can choose the page that it comes to.
 *
 * @param page where its record stands
 * @param tag of the record on that page
 */
public record BudgetKey(Book book, StoreKey page, String tag) {
    private static final String DOMAIN = "two-factor budget";

    /** Of a digest in Base64: 24 bits choose the page, the next 96 are the tag. */
    private static final int PAGE_CHARACTERS = 4;

    private static final int TAG_CHARACTERS = 16;

    /** For the wait between two mails. */
    public static BudgetKey ofUserAndPurpose(RealmModel realm, String userId, Purpose purpose) {
        return ofUser(realm.getId(), userId, "interval-" + purpose.id());
    }

    public static BudgetKey ofUser(RealmModel realm, String userId) {
        return ofUser(realm.getId(), userId, "mails");
    }

    /** For codes that prove a mailbox: anybody may ask for them, to an address that may be anybody's. */
    public static BudgetKey ofUnprovedAddress(RealmModel realm, String address) {
        return of(Book.ACCOUNTS, digest(realm.getId(), address), digest(realm.getId(), address, "unproved"));
    }

    /** For codes to the mailbox that a user has proved: one of its own, so that nobody else's mails there use it up. */
    public static BudgetKey ofProvedAddress(RealmModel realm, String address) {
        return of(Book.ACCOUNTS, digest(realm.getId(), address), digest(realm.getId(), address, "proved"));
    }

    /**
     * For notices of one kind to one user, so that a flood of one kind hides none of another, nor one of somebody else's
     * where several accounts may have one address.
     */
    public static BudgetKey ofNotices(RealmModel realm, String userId, String kind, String address) {
        return ofUser(realm.getId(), userId, "notices-" + kind + "-" + address);
    }

    /** For password resets of an account, whatever was submitted for it. */
    public static BudgetKey ofResetMailsOfUser(RealmModel realm, String userId) {
        return ofUser(realm.getId(), userId, "reset-mails");
    }

    /** For password resets that a device of the user's asks for. */
    public static BudgetKey ofResetMailsOfDevice(RealmModel realm, String userId, String device) {
        return ofUser(realm.getId(), userId, "reset-mails-" + device);
    }

    public static BudgetKey ofResetGuessesOfDevice(RealmModel realm, String userId, String device) {
        return ofUser(realm.getId(), userId, "reset-guesses-" + device);
    }

    /** For wrong reset codes from anywhere but known devices, over all accounts of the realm. */
    public static BudgetKey ofResetFailures(RealmModel realm) {
        return of(Book.ACCOUNTS, digest(realm.getId()), digest(realm.getId(), "reset-failures"));
    }

    /** For password resets, which everybody sees counted by what was submitted. */
    public static BudgetKey ofResetMails(SecretKey key, RealmModel realm, String address) {
        return ofStranger(Book.SUBMITTED_ADDRESSES, key, realm.getId(), address, "reset-mails");
    }

    public static BudgetKey ofResetGuesses(SecretKey key, RealmModel realm, String address) {
        return ofStranger(Book.SUBMITTED_ADDRESSES, key, realm.getId(), address, "reset-guesses");
    }

    /** For passwords given with a name that no user has. */
    public static BudgetKey ofUnknownName(SecretKey key, String realmId, String name) {
        return ofStranger(Book.UNKNOWN_NAMES, key, realmId, name, "passwords");
    }

    static BudgetKey ofUser(String realmId, String userId, String what) {
        return of(Book.ACCOUNTS, digest(realmId, userId), digest(realmId, userId, what));
    }

    private static BudgetKey ofStranger(Book book, SecretKey key, String realmId, String owner, String what) {
        return of(book, KeyedHash.of(key, DOMAIN, realmId, owner), KeyedHash.of(key, DOMAIN, realmId, owner, what));
    }

    /** @param owner digest of whom it belongs to, so that all that is counted of one owner stands on one page */
    private static BudgetKey of(Book book, String owner, String record) {
        byte[] number = Base64.getUrlDecoder().decode(owner.substring(0, PAGE_CHARACTERS));
        int page = (((number[0] & 0xff) << 16) | ((number[1] & 0xff) << 8) | (number[2] & 0xff)) % book.pages();
        return new BudgetKey(
                book,
                new StoreKey("two-factor:ledger:" + book.id() + ":" + page),
                record.substring(PAGE_CHARACTERS, PAGE_CHARACTERS + TAG_CHARACTERS));
    }

    private static String digest(String... parts) {
        return Secret.of(String.join("\0", parts)).shortDigest();
    }
}
