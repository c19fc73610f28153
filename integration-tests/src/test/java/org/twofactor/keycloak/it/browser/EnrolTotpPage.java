package org.twofactor.keycloak.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.ReaderException;
import com.google.zxing.client.j2se.BufferedImageLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.story.Device;

/** The page on which an authenticator app is set up. */
public final class EnrolTotpPage {
    private static final String KEY = "#two-factor-key";

    private final Tab tab;

    private EnrolTotpPage(Tab tab) {
        this.tab = tab;
    }

    public static EnrolTotpPage in(Tab tab) {
        tab.element(KEY);
        return new EnrolTotpPage(tab);
    }

    public static boolean isIn(Tab tab) {
        return tab.has(KEY);
    }

    /** The key in Base32, without the gaps that make it readable. */
    public String key() {
        String key = tab.element(KEY).getText().replace(" ", "");
        IssuedSecrets.add("TOTP seed", key);
        return key;
    }

    /** What a phone reads in the QR code. */
    public String scanned() {
        String source = tab.element("#two-factor-qr-code").getDomAttribute("src");
        byte[] png = Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1));
        try {
            String uri = new QRCodeReader()
                    .decode(new BinaryBitmap(new HybridBinarizer(
                            new BufferedImageLuminanceSource(ImageIO.read(new ByteArrayInputStream(png))))))
                    .getText();
            IssuedSecrets.add("TOTP URI", uri);
            return uri;
        } catch (IOException | ReaderException e) {
            throw new IllegalStateException("nothing to be read in the QR code", e);
        }
    }

    /** A phone into whose app the key was typed, in a realm with the usual policy. */
    public Device device() {
        return Device.scanning("otpauth://totp/key?secret=" + key());
    }

    /** Says that the apps that there are shall go. */
    public EnrolTotpPage replacing() {
        tab.element("#others-replace").click();
        return this;
    }

    /** Types a code and sends it, and answers whatever comes next. */
    public Tab send(String code) {
        tab.type("#code", code);
        return tab.follow("#two-factor-continue");
    }

    /** The same with a name for the device. */
    public Tab send(String code, String deviceName) {
        tab.type("#deviceName", deviceName);
        return send(code);
    }

    /** Sends a code that is refused, and answers the page that says so. */
    public EnrolTotpPage sendInVain(String code) {
        EnrolTotpPage again = in(send(code));
        assertThat(again.error()).as(tab.text()).isPresent();
        return again;
    }

    /** Sends a right code and answers the page with the recovery codes. */
    public RecoveryCodesPage sendRight(String code) {
        return RecoveryCodesPage.in(send(code));
    }

    /** What is wrong, in words. */
    public Optional<String> error() {
        return tab.read("#input-error-code").or(() -> tab.read("#two-factor-message"));
    }

    public Tab tab() {
        return tab;
    }
}
