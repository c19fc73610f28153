package org.twofactor.keycloak.factor;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.keycloak.credential.CredentialModel;
import org.keycloak.util.JsonSerialization;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.CodeHash;

/**
 * A user's set of recovery codes as Keycloak stores it: the hashes of the unused ones as secret data, and their number
 * as readable data, for the user's Credentials tab.
 */
public final class RecoveryCodeCredential {
    public static final String TYPE = FactorId.RECOVERY_CODE.credentialType();

    private final CredentialModel row;
    private final List<StoredCode> unused;
    private final int issued;

    private RecoveryCodeCredential(CredentialModel row, List<StoredCode> unused, int issued) {
        this.row = row;
        this.unused = unused;
        this.issued = issued;
    }

    /** One unused code: its first letter says which hash to try. */
    record StoredCode(
            @JsonProperty("first") char first,
            @JsonProperty("hash") CodeHash hash) {}

    /** What the user and the admin can read. */
    record PublicData(
            @JsonProperty("issued") int issued,
            @JsonProperty("remaining") int remaining) {}

    record Unused(@JsonProperty("codes") List<StoredCode> codes) {}

    static RecoveryCodeCredential of(List<StoredCode> codes, Instant now) {
        CredentialModel row = new CredentialModel();
        row.setType(TYPE);
        row.setCreatedDate(now.toEpochMilli());
        return new RecoveryCodeCredential(row, List.copyOf(codes), codes.size()).written();
    }

    /** @throws IllegalStateException where the row can't be read; the message does not quote it */
    public static RecoveryCodeCredential from(CredentialModel row) {
        try {
            PublicData publicData = JsonSerialization.readValue(row.getCredentialData(), PublicData.class);
            Unused unused = JsonSerialization.readValue(row.getSecretData(), Unused.class);
            // A copy: the row may be the user cache's, which a rollback would not mend.
            return new RecoveryCodeCredential(row.shallowClone(), unused.codes(), publicData.issued());
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("recovery code credential " + row.getId() + " can't be read");
        }
    }

    /** From the data that everybody may see. */
    public static int remaining(CredentialModel row) {
        return publicData(row)
                .orElseThrow(
                        () -> new IllegalStateException("recovery code credential " + row.getId() + " can't be read"))
                .remaining();
    }

    /** Empty where it can't be read. */
    static Optional<PublicData> publicData(CredentialModel row) {
        try {
            return Optional.ofNullable(JsonSerialization.readValue(row.getCredentialData(), PublicData.class));
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
            row.setCredentialData(JsonSerialization.writeValueAsString(new PublicData(issued, unused.size())));
            return this;
        } catch (IOException e) {
            throw new IllegalStateException("a record of text and numbers is always writable", e);
        }
    }
}
