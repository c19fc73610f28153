package org.twofactor.keycloak.mail;

import java.util.Map;
import java.util.Optional;
import org.keycloak.models.RealmModel;
import org.keycloak.utils.EmailValidationUtil;
import org.keycloak.utils.SMTPUtil;

/** Which addresses a realm can send mail to. */
public final class MailAddress {
    private static final int FIRST_BEYOND_ASCII = 0x80;

    private MailAddress() {}

    /**
     * Whether it is an address, and Keycloak's mailer takes it with the realm's SMTP settings. A name before the {@code @}
     * that is not ASCII takes the setting "Allow UTF-8"; a domain is sent as Punycode without it.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6531">RFC 6531 SMTP Extension for Internationalized Email</a>
     */
    public static boolean isDeliverable(RealmModel realm, String address) {
        return EmailValidationUtil.isValidEmail(address) && (allowsUtf8(realm) || isAscii(address));
    }

    private static boolean allowsUtf8(RealmModel realm) {
        Map<String, String> smtp = realm.getSmtpConfig();
        return smtp != null && "true".equals(smtp.get("allowutf8"));
    }

    private static boolean isAscii(String address) {
        return Optional.ofNullable(SMTPUtil.convertIDNEmailAddress(address))
                .filter(sent -> sent.chars().allMatch(letter -> letter < FIRST_BEYOND_ASCII))
                .isPresent();
    }
}
