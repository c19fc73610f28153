package org.twofactor.keycloak.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.keycloak.representations.JsonWebToken;

/**
 * The claims of a sudo token. It has no {@code azp} on purpose: Keycloak's introspection endpoint calls any JWT that a
 * realm key has signed and that names a client in {@code azp} an active access token, whatever its type.
 *
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x18-V9-Self-contained-Tokens.md">ASVS
 *     v5.0.0-9.2 Token Content</a>
 */
public final class SudoToken extends JsonWebToken {
    /** The header's {@code typ}, in the manner of RFC 9068. */
    public static final String HEADER_TYPE = "sudo+jwt";

    /** The payload's {@code typ}, which Keycloak's own endpoints go by. */
    public static final String PAYLOAD_TYPE = "Sudo";

    /** The audience: this API. A client of that ID would be meant too, so a realm should have none. */
    public static final String AUDIENCE = "sudo";

    @JsonProperty("sid")
    private String sessionId;

    @JsonProperty("client_id")
    private String clientId;

    @JsonProperty("acr")
    private String level;

    @JsonProperty("amr")
    private List<String> methods;

    @JsonProperty("pwd_at")
    private long passwordSetAt;

    @JsonProperty("manage_account")
    private boolean managesAccount;

    public String sessionId() {
        return sessionId;
    }

    public String clientId() {
        return clientId;
    }

    /** Whether the token that it was got with could manage the account. */
    public boolean managesAccount() {
        return managesAccount;
    }

    /** When the password was set that the user had then, in milliseconds: another one ends the token. */
    long passwordSetAt() {
        return passwordSetAt;
    }

    SudoToken passwordSetAt(long millis) {
        this.passwordSetAt = millis;
        return this;
    }

    SudoToken sessionId(String id) {
        this.sessionId = id;
        return this;
    }

    SudoToken clientId(String id) {
        this.clientId = id;
        return this;
    }

    SudoToken level(int acr) {
        this.level = Integer.toString(acr);
        return this;
    }

    SudoToken methods(List<String> amr) {
        this.methods = List.copyOf(amr);
        return this;
    }

    SudoToken managesAccount(boolean does) {
        this.managesAccount = does;
        return this;
    }

    String level() {
        return level;
    }

    List<String> methods() {
        return methods;
    }
}
