package org.twofactor.keycloak.password;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;

/**
 * The code for an address, if there is an account behind it: this alone looks.
 *
 * @param ofDevice whether a device of the user's has asked for it
 * @param askedAt when somebody asked for it
 */
record ResetCodeMail(
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
        return MailKind.RESET_CODE;
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
        Instant now = Instant.ofEpochMilli(Time.currentTimeMillis());
        Secret code = new MailCodes(own, settings)
                .issue(Slot.ofAddress(address), new Bound(user.getId(), address, false), now);
        return new Letter(
                kind(),
                address,
                user.getId(),
                style,
                new Letter.Code(code, settings.codeLifespan(), settings.codeInSubject()));
    }

    @Override
    public void abandoned(KeycloakSession own) {
        // The wait is not given back: unknown addresses have none that fails.
    }
}
