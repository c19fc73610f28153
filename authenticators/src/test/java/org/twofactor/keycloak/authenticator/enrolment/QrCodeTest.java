package org.twofactor.keycloak.authenticator.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.code.Secret;

class QrCodeTest {

    @Test
    void whatFitsIsAPicture() throws IOException {
        String png = QrCode.of(Secret.of("otpauth://totp/a?secret=" + "A".repeat(32)))
                .orElseThrow();
        assertThat(ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png))))
                .isNotNull()
                .satisfies(picture -> assertThat(picture.getWidth()).isEqualTo(246));
    }

    /** A display name of 255 letters that are written with nine characters each stands in the URI twice. */
    @Test
    void whatNoCodeHoldsIsNoPictureAndNoError() {
        assertThat(QrCode.of(Secret.of("otpauth://totp/" + "%E4%BA%8C".repeat(510))))
                .isEmpty();
    }
}
