package org.twofactor.keycloak.it.token;

import static org.twofactor.keycloak.it.realm.TestClients.APP;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.story.Enrolled;

/** What takes away that which a sudo or a partial token rests on. */
enum Death {
    LOG_OUT(Scene::logOut),
    SESSION_DELETED_BY_ADMIN(scene -> scene.realm.admin().deleteSession(scene.sessionId, false)),
    SESSION_IDLE_TOO_LONG(
            scene -> scene.passAMinute(it -> it.setSsoSessionIdleTimeout(60)),
            scene -> scene.realm.update(it -> it.setSsoSessionIdleTimeout(Scene.TWO_WEEKS))),
    SESSION_TOO_OLD(
            scene -> scene.passAMinute(it -> it.setSsoSessionMaxLifespan(60)),
            scene -> scene.realm.update(it -> it.setSsoSessionMaxLifespan(Scene.TWO_WEEKS))),

    USER_SIGNED_OUT_BY_ADMIN(scene -> {
        scene.clock.advance(Duration.ofSeconds(2));
        scene.realm.user(scene.user.user()).logout();
    }),
    USER_DISABLED(scene -> scene.realm.update(scene.user.user(), it -> it.setEnabled(false))),
    USER_DELETED(scene -> scene.realm.user(scene.user.user()).remove()),
    PASSWORD_RESET_BY_ADMIN(Scene::resetPassword),

    /** By SQL: the admin API sets it together with the end of all sessions, which would hide what we look for. */
    USER_NOT_BEFORE(scene -> scene.backdoor.update("update USER_ENTITY set NOT_BEFORE = " + scene.soon()
            + " where ID = '" + scene.user.user().id() + "'")),
    REALM_NOT_BEFORE(
            scene -> scene.realm.update(it -> it.setNotBefore(scene.soon())),
            scene -> scene.realm.update(it -> it.setNotBefore(0))),
    CLIENT_NOT_BEFORE(
            scene -> scene.realm.updateClient(APP, it -> it.setNotBefore(scene.soon())),
            scene -> scene.realm.updateClient(APP, it -> it.setNotBefore(0))),

    CLIENT_DISABLED(
            scene -> scene.realm.updateClient(APP, it -> it.setEnabled(false)),
            scene -> scene.realm.updateClient(APP, it -> it.setEnabled(true))),
    CLIENT_WITHOUT_DIRECT_GRANT(
            scene -> scene.realm.updateClient(APP, it -> it.setDirectAccessGrantsEnabled(false)),
            scene -> scene.realm.updateClient(APP, it -> it.setDirectAccessGrantsEnabled(true))),

    OWN_EXPIRY(scene -> scene.clock.advance(Duration.ofMinutes(5).plusSeconds(1)));

    private final Consumer<Scene> strike;
    private final Consumer<Scene> undo;

    Death(Consumer<Scene> strike) {
        this(strike, scene -> {});
    }

    /** @param undo for what more than this one user would suffer from */
    Death(Consumer<Scene> strike, Consumer<Scene> undo) {
        this.strike = strike;
        this.undo = undo;
    }

    void strike(Scene scene) {
        strike.accept(scene);
    }

    void undo(Scene scene) {
        undo.accept(scene);
    }

    /**
     * Whose tokens, in which session.
     *
     * @param refreshToken of that session
     */
    record Scene(
            TestRealm realm,
            Enrolled user,
            String sessionId,
            String refreshToken,
            ServerClock clock,
            Backdoor backdoor) {
        static final int TWO_WEEKS = 1_209_600;

        private void logOut() {
            OidcClient.of(realm).logOut(refreshToken);
        }

        private void passAMinute(Consumer<RealmRepresentation> change) {
            realm.update(change);
            clock.advance(Duration.ofSeconds(62));
        }

        private void resetPassword() {
            CredentialRepresentation password = new CredentialRepresentation();
            password.setType(CredentialRepresentation.PASSWORD);
            password.setValue("Another-Password-1");
            password.setTemporary(false);
            realm.user(user.user()).resetPassword(password);
        }

        /** A second after all that was issued so far. */
        private int soon() {
            return (int) Instant.now().getEpochSecond() + 1;
        }
    }
}
