package org.twofactor.keycloak.authenticator.enrolment;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.WriterException;
import com.google.zxing.client.j2se.MatrixToImageWriter;
import com.google.zxing.qrcode.QRCodeWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import org.twofactor.keycloak.code.Secret;

/**
 * The picture of a QR code, drawn by the library that Keycloak draws its own with. Keycloak's {@code TotpUtils} makes the
 * URI itself, in which a blank of a name is a plus sign for the app.
 */
final class QrCode {
    private static final int PIXELS = 246;

    private QrCode() {}

    /** @return a PNG in Base64; empty where there is more text than any QR code holds, as long names make */
    static Optional<String> of(Secret text) {
        try {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            MatrixToImageWriter.writeToStream(
                    new QRCodeWriter().encode(text.reveal(), BarcodeFormat.QR_CODE, PIXELS, PIXELS), "png", png);
            return Optional.of(Base64.getEncoder().encodeToString(png.toByteArray()));
        } catch (WriterException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
