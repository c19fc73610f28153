package org.twofactor.keycloak.password;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.settings.Settings;

/**
 * Keycloak's own mail with its link, if there is an account behind the address: this alone looks.
 *
 * @param ofDevice whether a device of the user's has asked for it
 * @param askedAt when somebody asked for it
 */
record ResetLinkMail(
        String realmId,
        String address,
        MailStyle style,
        Settings settings,
        boolean ofDevice,
        Instant askedAt,
        ResetEvent event)
        implements MailJob {

    @Override
    public MailKind kind() {
        return MailKind.RESET_LINK;
    }

    @Override
    public Duration headStart() {
        return ResetMails.HEAD_START;
    }

    @Override
    public Optional<String> userId() {
        return Optional.empty();
    }

    @Override
    public Optional<Letter> write(KeycloakSession own) {
        return ResetAccount.thatMayGetMail(own, address, ofDevice, settings, askedAt, event)
                .map(user -> letter(own, user));
    }

    private Letter letter(KeycloakSession own, UserModel user) {
        RealmModel realm = own.getContext().getRealm();
        Instant now = Instant.ofEpochMilli(Time.currentTimeMillis());
        Duration lifespan = Duration.ofSeconds(realm.getActionTokenGeneratedByUserLifespan("reset-credentials"));
        URI link = KeycloakCompat.updatePasswordLink(own, realm, user, style.server(), lifespan, now);
        return new Letter(kind(), address, user.getId(), style, new Letter.Link(Secret.of(link.toString()), lifespan));
    }

    @Override
    public void abandoned(KeycloakSession own) {
        // The wait is not given back: unknown addresses have none that fails.
    }
}
