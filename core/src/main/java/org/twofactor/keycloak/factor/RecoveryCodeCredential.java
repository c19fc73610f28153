package org.twofactor.keycloak.factor;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.keycloak.credential.CredentialModel;
import org.keycloak.util.JsonSerialization;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.CodeHash;
import org.twofactor.keycloak.code.RowVersion;

/**
 * A user's set of recovery codes as Keycloak stores it: the hashes of the unused ones as secret data, and their number
 * as readable data, for the user's Credentials tab.
 */
public final class RecoveryCodeCredential {
    public static final String TYPE = FactorId.RECOVERY_CODE.credentialType();

    private static final Logger LOG = Logger.getLogger(RecoveryCodeCredential.class);

    private final CredentialModel row;
    private final List<StoredCode> unused;
    private final int issued;

    private RecoveryCodeCredential(CredentialModel row, List<StoredCode> unused, int issued) {
        this.row = row;
        this.unused = unused;
        this.issued = issued;
    }

    /** One unused code: its first letter says which hash to try. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record StoredCode(
            @JsonProperty("first") char first,
            @JsonProperty("hash") CodeHash hash) {}

    /** What the user and the admin can read. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record PublicData(
            @JsonProperty("version") Integer version,
            @JsonProperty("issued") int issued,
            @JsonProperty("remaining") int remaining) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Unused(@JsonProperty("codes") List<StoredCode> codes) {}

    static RecoveryCodeCredential of(List<StoredCode> codes, Instant now) {
        CredentialModel row = new CredentialModel();
        row.setType(TYPE);
        row.setCreatedDate(now.toEpochMilli());
        return new RecoveryCodeCredential(row, List.copyOf(codes), codes.size()).written();
    }

    /** Empty where the row can't be read, or is of a later version. */
    public static Optional<RecoveryCodeCredential> read(CredentialModel row) {
        try {
            Unused unused = JsonSerialization.readValue(row.getSecretData(), Unused.class);
            boolean whole = unused.codes().stream().allMatch(code -> code.hash().isWhole());
            // A copy: the row may be the user cache's, which a rollback would not mend.
            return publicData(row)
                    .filter(data -> whole)
                    .map(data -> new RecoveryCodeCredential(row.shallowClone(), unused.codes(), data.issued()));
        } catch (IOException | RuntimeException e) {
            // Its message may quote the row.
            LOG.warnf(
                    "recovery code credential %s can't be read (%s)",
                    row.getId(), e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /** How many are left, from the data that everybody may see; none where that can't be read. */
    public static int remaining(CredentialModel row) {
        return publicData(row).map(PublicData::remaining).orElse(0);
    }

    /** Empty where it can't be read, or is of a later version. */
    static Optional<PublicData> publicData(CredentialModel row) {
        try {
            return Optional.ofNullable(JsonSerialization.readValue(row.getCredentialData(), PublicData.class))
                    .filter(data -> RowVersion.isKnown(data.version()));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    public CredentialModel row() {
        return row;
    }

    Optional<StoredCode> startingWith(char first) {
        return unused.stream().filter(code -> code.first() == first).findFirst();
    }

    RecoveryCodeCredential without(Set<Character> spentFirstLetters) {
        List<StoredCode> left = unused.stream()
                .filter(code -> !spentFirstLetters.contains(code.first()))
                .toList();
        return new RecoveryCodeCredential(row, left, issued).written();
    }

    List<StoredCode> unused() {
        return unused;
    }

    private RecoveryCodeCredential written() {
        try {
            row.setSecretData(JsonSerialization.writeValueAsString(new Unused(unused)));
            row.setCredentialData(
                    JsonSerialization.writeValueAsString(new PublicData(RowVersion.CURRENT, issued, unused.size())));
            return this;
        } catch (IOException e) {
            throw new IllegalStateException("a record of text and numbers is always writable", e);
        }
    }
}
