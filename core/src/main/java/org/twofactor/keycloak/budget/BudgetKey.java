package org.twofactor.keycloak.budget;

import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;

/**
 * What mails, and guesses at reset codes, are counted by. Addresses only as their hash, so that an unknown one costs what a known one costs, and no
 * store holds a list of addresses.
 */
public record BudgetKey(String value) {
    private static final String PREFIX = "two-factor:budget:";

    /** For the wait between two mails. */
    public static BudgetKey ofUserAndPurpose(RealmModel realm, String userId, Purpose purpose) {
        return new BudgetKey(PREFIX + realm.getId() + ":" + userId + ":" + purpose.id());
    }

    public static BudgetKey ofUser(RealmModel realm, String userId) {
        return new BudgetKey(PREFIX + realm.getId() + ":" + userId);
    }

    /** For codes that prove a mailbox: anybody may ask for them, to an address that may be anybody's. */
    public static BudgetKey ofUnprovedAddress(RealmModel realm, String address) {
        return new BudgetKey(
                PREFIX + realm.getId() + ":to-" + Secret.of(address).digest());
    }

    /** For codes to the mailbox that a user has proved: one of its own, so that nobody else's mails there use it up. */
    public static BudgetKey ofProvedAddress(RealmModel realm, String address) {
        return new BudgetKey(
                PREFIX + realm.getId() + ":to-proved-" + Secret.of(address).digest());
    }

    /**
     * For notices of one kind to one user, so that a flood of one kind hides none of another, nor one of somebody else's
     * where several accounts may have one address.
     */
    public static BudgetKey ofNotices(RealmModel realm, String userId, String kind, String address) {
        return new BudgetKey(PREFIX + realm.getId() + ":" + userId + ":notices-" + kind + "-"
                + Secret.of(address).digest());
    }

    /** For password resets, which are counted by what was submitted. */
    public static BudgetKey ofResetMails(RealmModel realm, String address) {
        return new BudgetKey(
                PREFIX + realm.getId() + ":reset-mails-" + Secret.of(address).digest());
    }

    public static BudgetKey ofResetGuesses(RealmModel realm, String address) {
        return new BudgetKey(
                PREFIX + realm.getId() + ":reset-guesses-" + Secret.of(address).digest());
    }
}
