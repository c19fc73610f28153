package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** What a user may have in the way of second factors. */
enum Holding {
    NOTHING,
    APP,
    MAIL,
    APP_CODES,
    /** An administrator has taken the factor away and left the codes, which are none themselves. */
    CODES,
    /** An app, after too many wrong codes in a row. */
    LOCKED,
    /** An app that the realm's settings leave out. */
    LEFT_OUT,
    /** An app whose secret can't be read any more. */
    CORRUPT,
    /** A second factor that neither our pages nor REST can ask for. */
    KEY;

    boolean hasFactor() {
        return this != NOTHING && this != CODES;
    }

    /** Gives that to a user who has nothing yet. */
    Holder give(TestRealm realm, TestUser user, Inbox inbox) {
        Device device = null;
        List<String> recoveryCodes = List.of();
        switch (this) {
            case NOTHING -> {}
            case APP, LEFT_OUT -> device = NativeOtp.add(realm, user);
            case LOCKED -> {
                device = NativeOtp.add(realm, user);
                lock(realm, user, device);
            }
            case APP_CODES, CODES -> {
                Enrolled enrolled = Enrolled.withTotp(realm, user);
                device = enrolled.device();
                recoveryCodes = enrolled.recoveryCodes();
                if (this == CODES) {
                    removeApp(realm, user);
                }
            }
            case MAIL -> add(realm, user, "email-otp", "{\"email\":\"" + user.email() + "\"}");
            case CORRUPT -> {
                device = NativeOtp.add(realm, user);
                removeApp(realm, user);
                add(realm, user, "otp", "{\"subType\":\"totp\",\"digits\":6,\"period\":30,\"algorithm\":\"HmacSHA1\"}");
            }
            case KEY -> add(realm, user, "webauthn", "{\"credentialId\":\"AAAA\",\"counter\":0}");
        }
        return new Holder(user, this, device, recoveryCodes, inbox);
    }

    /** Does something while the realm is as it has to be for this. */
    void during(TestRealm realm, Runnable act) {
        if (this != LEFT_OUT) {
            act.run();
            return;
        }
        realm.settings(Map.of("methods", "email-otp"));
        try {
            act.run();
        } finally {
            realm.settings(Map.of("methods", "totp,email-otp"));
        }
    }

    /** With a short rope for the moment: what it takes by default is tested elsewhere. */
    private static void lock(TestRealm realm, TestUser user, Device device) {
        realm.settings(Map.of("freeGuesses", "10", "lockAfter", "10"));
        String partial = realm.api()
                .post("/auth/login")
                .json(Map.of("username", user.username(), "password", user.password()))
                .send()
                .field("partialAuthToken");
        for (int guess = 0; guess < 10; guess++) {
            realm.api()
                    .post("/user/2fa/totp/authenticate")
                    .bearer(partial)
                    .json(Map.of("totp", device.wrongCode()))
                    .send();
        }
        realm.settings(Map.of("freeGuesses", "5", "lockAfter", "100"));
        assertThat(realm.user(user).credentials())
                .extracting(CredentialRepresentation::getType)
                .contains("two-factor-lock");
    }

    private static void removeApp(TestRealm realm, TestUser user) {
        realm.user(user).credentials().stream()
                .filter(credential -> credential.getType().equals("otp"))
                .forEach(credential -> realm.user(user).removeCredential(credential.getId()));
    }

    private static void add(TestRealm realm, TestUser user, String type, String data) {
        CredentialRepresentation credential = new CredentialRepresentation();
        credential.setType(type);
        credential.setCredentialData(data);
        credential.setSecretData("{}");
        realm.update(user, it -> it.setCredentials(List.of(credential)));
    }
}
