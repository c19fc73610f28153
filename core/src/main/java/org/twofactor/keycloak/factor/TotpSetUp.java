package org.twofactor.keycloak.factor;

import java.time.Duration;
import org.keycloak.models.OTPPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.utils.TotpUtils;
import org.twofactor.keycloak.code.Secret;

/**
 * A TOTP set-up that is under way: what an authenticator app has to be told.
 *
 * @param seed as Keycloak stores it
 * @param uri {@code otpauth://}, for apps that scan or open it
 * @param algorithm as such a URI spells it: {@code SHA1}
 */
public record TotpSetUp(Secret seed, Secret uri, String algorithm, int digits, Duration period) {

    static TotpSetUp of(Secret seed, OTPPolicy policy, RealmModel realm, UserModel user) {
        return new TotpSetUp(
                seed,
                Secret.of(blanksEscaped(policy.getKeyURI(realm, user, seed.reveal()))),
                policy.getAlgorithmKey(),
                policy.getDigits(),
                Duration.ofSeconds(policy.getPeriod()));
    }

    /** Keycloak writes a blank as forms do, and apps show the plus. A plus itself is {@code %2B}. */
    private static String blanksEscaped(String uri) {
        return uri.replace("+", "%20");
    }

    /** The seed as people type it into an app: Base32, in groups of four. */
    public Secret key() {
        return Secret.of(TotpUtils.encode(seed.reveal()));
    }
}
