package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.factor.NativeOtp;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** What a user may have in the way of second factors. */
enum Holding {
    NOTHING,
    APP,
    MAIL,
    APP_AND_CODES,
    /** An administrator has taken the factor away and left the codes, which are none themselves. */
    CODES_WITHOUT_FACTOR,
    /** After too many wrong codes in a row. */
    LOCKED_APP,
    /** The realm's settings leave it out. */
    APP_LEFT_OUT,
    /** A second factor that none of our pages can ask for. */
    SECURITY_KEY;

    boolean hasFactor() {
        return this != NOTHING && this != CODES_WITHOUT_FACTOR;
    }

    /** Somebody who has that, in this realm. */
    Holder in(TestRealm realm, Inbox inbox) {
        switch (this) {
            case APP, APP_LEFT_OUT -> {
                TestUser user = realm.newUser();
                return new Holder(user, NativeOtp.add(realm, user), List.of(), inbox);
            }
            case LOCKED_APP -> {
                TestUser user = realm.newUser();
                Device device = NativeOtp.add(realm, user);
                lock(realm, user, device);
                return new Holder(user, device, List.of(), inbox);
            }
            case APP_AND_CODES -> {
                Enrolled user = Enrolled.withTotp(realm);
                return new Holder(user.user(), user.device(), user.recoveryCodes(), inbox);
            }
            case CODES_WITHOUT_FACTOR -> {
                Enrolled user = Enrolled.withTotp(realm);
                realm.user(user.user()).credentials().stream()
                        .filter(credential -> credential.getType().equals("otp"))
                        .forEach(credential -> realm.user(user.user()).removeCredential(credential.getId()));
                return new Holder(user.user(), user.device(), user.recoveryCodes(), inbox);
            }
            default -> {
                TestUser user = realm.newUser();
                if (this == MAIL) {
                    add(realm, user, "email-otp", "{\"email\":\"" + user.email() + "\"}");
                } else if (this == SECURITY_KEY) {
                    add(realm, user, "webauthn", "{\"credentialId\":\"AAAA\",\"counter\":0}");
                }
                return new Holder(user, null, List.of(), inbox);
            }
        }
    }

    /** Does something while the realm is as it has to be for this. */
    void during(TestRealm realm, Runnable act) {
        if (this != APP_LEFT_OUT) {
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
        for (int guess = 0; guess < 10; guess++) {
            realm.directGrant(TestClients.APP, user, Map.of("totp", device.wrongCode()));
        }
        realm.settings(Map.of("freeGuesses", "5", "lockAfter", "100"));
        assertThat(realm.user(user).credentials())
                .extracting(CredentialRepresentation::getType)
                .contains("two-factor-lock");
    }

    private static void add(TestRealm realm, TestUser user, String type, String data) {
        CredentialRepresentation credential = new CredentialRepresentation();
        credential.setType(type);
        credential.setCredentialData(data);
        credential.setSecretData("{}");
        realm.update(user, it -> it.setCredentials(List.of(credential)));
    }
}
