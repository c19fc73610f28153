package org.twofactor.keycloak.mail;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.UserModel;
import org.keycloak.util.JsonSerialization;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.RowVersion;

/** The address in a user's {@code email-otp} credential, which everybody who sees the credential may read. */
public record EnrolledAddress(
        @JsonProperty("version") int version,
        @JsonProperty("email") String email) {
    private static final Logger LOG = Logger.getLogger(EnrolledAddress.class);

    public EnrolledAddress(String email) {
        this(RowVersion.CURRENT, email);
    }

    /** Empty where email OTP is not active, or its credential can't be read. */
    public static Optional<String> of(UserModel user) {
        return user.credentialManager()
                .getStoredCredentialsByTypeStream(FactorId.EMAIL_OTP.credentialType())
                .findFirst()
                .flatMap(EnrolledAddress::in);
    }

    /** Empty where the row can't be read, or is of a later version. */
    public static Optional<String> in(CredentialModel row) {
        try {
            Data data = JsonSerialization.readValue(row.getCredentialData(), Data.class);
            return Optional.ofNullable(data.email()).filter(email -> RowVersion.isKnown(data.version()));
        } catch (IOException | RuntimeException e) {
            LOG.warnf("email OTP credential %s can't be read", row.getId());
            return Optional.empty();
        }
    }

    public String asCredentialData() {
        try {
            return JsonSerialization.writeValueAsString(this);
        } catch (IOException e) {
            throw new IllegalStateException("a record of a number and a text is always writable", e);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Data(
            @JsonProperty("version") Integer version,
            @JsonProperty("email") String email) {}
}
