package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.OTPPolicy;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.utils.TotpUtils;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.LoginMessages;

/**
 * A TOTP set-up that is under way: what an authenticator app has to be told.
 *
 * @param seed as Keycloak stores it
 * @param uri {@code otpauth://}, for apps that scan or open it
 * @param algorithm as such a URI spells it: {@code SHA1}
 */
public record TotpSetUp(Secret seed, Secret uri, String algorithm, int digits, Duration period) {

    static TotpSetUp of(KeycloakSession session, Secret seed, OTPPolicy policy, UserModel user) {
        // Keycloak writes a blank of a name as a plus sign, which apps show as one; a plus sign of a name is %2B.
        String uri = policy.getKeyURI(issuer(session, user), user.getUsername(), seed.reveal())
                .replace("+", "%20");
        return new TotpSetUp(
                seed,
                Secret.of(uri),
                policy.getAlgorithmKey(),
                policy.getDigits(),
                Duration.ofSeconds(policy.getPeriod()));
    }

    /** What the realm is called, without the colon that ends it in such a URI; one blank in place of it. */
    private static String issuer(KeycloakSession session, UserModel user) {
        RealmModel realm = session.getContext().getRealm();
        return Optional.ofNullable(realm.getDisplayName())
                .map(name -> LoginMessages.resolved(session, user, name))
                .map(name -> name.replaceAll("[:\\s]+", " ").strip())
                .filter(name -> !name.isEmpty())
                .orElseGet(realm::getName);
    }

    /** The seed as people type it into an app: Base32, in groups of four. */
    public Secret key() {
        return Secret.of(TotpUtils.encode(seed.reveal()));
    }
}
