package org.twofactor.keycloak.mail;

import org.keycloak.events.EventType;
import org.twofactor.keycloak.code.Purpose;

/** Every mail that we send. What it says is in the message bundle, under {@code two-factor-mail-} and the kind's id. */
public enum MailKind {
    ENROL_CODE(Purpose.ENROL.id()),
    CHALLENGE_CODE(Purpose.CHALLENGE.id()),
    TRANSFER_CODE(Purpose.EMAIL_TRANSFER.id()),
    RESET_CODE(Purpose.PASSWORD_RESET.id()),
    /** Keycloak's own mail, with its own words. */
    RESET_LINK("reset-link"),
    ADDRESS_TAKEN("address-taken"),
    FACTOR_ENABLED("enabled"),
    FACTOR_DISABLED("disabled"),
    FACTOR_LOCKED("locked"),
    RECOVERY_CODES_RESET("recovery-reset"),
    RECOVERY_CODE_USED("recovery-used"),
    PASSWORD_CHANGED("password-changed"),
    EMAIL_CHANGED("email-changed"),
    DEVICE_TRUSTED("device-trusted");

    private final String id;

    MailKind(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /** Of the event that tells of its failure. */
    EventType eventType() {
        return this == RESET_CODE || this == RESET_LINK ? EventType.SEND_RESET_PASSWORD : EventType.SEND_VERIFY_EMAIL;
    }

    public static MailKind ofCode(Purpose purpose) {
        return switch (purpose) {
            case ENROL -> ENROL_CODE;
            case CHALLENGE -> CHALLENGE_CODE;
            case EMAIL_TRANSFER -> TRANSFER_CODE;
            case PASSWORD_RESET -> RESET_CODE;
        };
    }
}
