package org.twofactor.keycloak.code;

/**
 * What a mailed code is for. A code is good for its own purpose alone.
 *
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x15-V6-Authentication.md">ASVS v5.0.0-6.6.2</a>
 */
public enum Purpose {
    ENROL("enrol"),
    CHALLENGE("challenge"),
    EMAIL_TRANSFER("transfer"),
    PASSWORD_RESET("reset");

    private final String id;

    Purpose(String id) {
        this.id = id;
    }

    /** In keys of the store, message keys and events. */
    public String id() {
        return id;
    }
}
