package org.twofactor.keycloak.password;

import java.time.Instant;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.guard.Budget;
import org.twofactor.keycloak.mail.Letter;
import org.twofactor.keycloak.mail.MailJob;
import org.twofactor.keycloak.mail.MailKind;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;

/** The code for an address, if there is an account behind it: this alone looks. */
record ResetCodeMail(String realmId, String address, MailStyle style, Settings settings, Budget.Entry entry)
        implements MailJob {

    @Override
    public MailKind kind() {
        return MailKind.RESET_CODE;
    }

    @Override
    public Optional<Letter> write(KeycloakSession own) {
        return ResetAccount.of(own, address).map(user -> letter(own, user));
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
        new Budget(own).giveBack(entry);
    }
}
