package org.twofactor.keycloak.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** No secret of an answer gets past the registry. */
class IssuedSecretsTest {

    @Test
    void remembersTokensSeedsAndEveryRecoveryCode() throws IOException {
        IssuedSecrets.addFrom(new ObjectMapper().readTree("""
                        {"accessToken":"a.b.c", "sudoToken":"d.e.f", "expiresIn":300,
                         "nested":[{"recoveryCodes":["CODEONE","CODETWO"]}],
                         "url":"otpauth://totp/x:y?issuer=x&secret=SEEDSEED&digits=6"}"""));
        assertThat(IssuedSecrets.all())
                .containsEntry("a.b.c", "accessToken")
                .containsEntry("d.e.f", "sudoToken")
                .containsEntry("CODEONE", "recoveryCodes")
                .containsEntry("CODETWO", "recoveryCodes")
                .containsEntry("SEEDSEED", "TOTP seed");
    }
}
