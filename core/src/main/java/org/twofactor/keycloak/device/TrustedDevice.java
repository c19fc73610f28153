package org.twofactor.keycloak.device;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.credential.CredentialModel;
import org.keycloak.util.JsonSerialization;

/**
 * What is stored of a trusted browser.
 *
 * @param until when the trust ends
 * @param passwordSetAt milliseconds since the epoch, of the password that was given
 * @param factors a hash of the user's second factors at that time
 * @param secretHash of what the browser holds
 */
record TrustedDevice(String name, Instant until, long passwordSetAt, String factors, String secretHash) {
    private static final Logger LOG = Logger.getLogger(TrustedDevice.class);

    /** What user and admin may read. */
    private record PublicData(
            @JsonProperty("device") String device,
            @JsonProperty("trustedUntil") String trustedUntil) {}

    private record SecretData(
            @JsonProperty("hash") String hash,
            @JsonProperty("passwordSetAt") long passwordSetAt,
            @JsonProperty("factors") String factors) {}

    CredentialModel asRow(Instant now) {
        try {
            CredentialModel row = new CredentialModel();
            row.setType(TrustedDevices.CREDENTIAL_TYPE);
            row.setCreatedDate(now.toEpochMilli());
            // Keycloak wants labels that differ.
            row.setUserLabel(name + " · " + secretHash.substring(0, 4));
            row.setCredentialData(JsonSerialization.writeValueAsString(new PublicData(name, until.toString())));
            row.setSecretData(JsonSerialization.writeValueAsString(new SecretData(secretHash, passwordSetAt, factors)));
            return row;
        } catch (IOException e) {
            throw new IllegalStateException("records of texts and numbers are always writable", e);
        }
    }

    /** Empty where the row can't be read: such a browser is not trusted. */
    static Optional<TrustedDevice> of(CredentialModel row) {
        try {
            PublicData open = JsonSerialization.readValue(row.getCredentialData(), PublicData.class);
            SecretData secret = JsonSerialization.readValue(row.getSecretData(), SecretData.class);
            return Optional.of(new TrustedDevice(
                    open.device(),
                    Instant.parse(open.trustedUntil()),
                    secret.passwordSetAt(),
                    secret.factors(),
                    secret.hash()));
        } catch (IOException | RuntimeException e) {
            LOG.warnf("trusted device credential %s can't be read", row.getId());
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "[trusted device]";
    }
}
