package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mailcode.CodeMails;
import org.twofactor.keycloak.mailcode.Dispatch;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;

/** Codes by mail: what is the same whichever address they go to. Guesses and mails count by the user. */
public abstract class MailedFactor extends GuardedFactor {
    protected final MailCodes codes;
    protected final CodeMails mails;

    MailedFactor(KeycloakSession session, Settings settings) {
        super(session, settings);
        this.codes = new MailCodes(session, settings);
        this.mails = new CodeMails(session, settings);
    }

    /** Where the codes go; empty where the factor is not active. */
    public abstract Optional<String> address(UserModel user);

    @Override
    public final FactorId id() {
        return FactorId.EMAIL_OTP;
    }

    /** Mails a code, in place of an earlier one; empty where there is no address to mail it to. */
    public final Optional<Dispatch> challenge(UserModel user, MailStyle style, Instant now) {
        return address(user)
                .map(address ->
                        mails.send(user, Purpose.CHALLENGE, new Bound(user.getId(), address, false), style, now));
    }

    /** Whether a code that was mailed to the address has not expired, and nobody has given it. */
    public final boolean isChallenged(UserModel user, Instant now) {
        return address(user)
                .filter(address -> codes.isAlive(challenge(user), address, now))
                .isPresent();
    }

    /** Whether the right one can still be given, after all the wrong ones: there is no need for another mail. */
    public final boolean canBeAnswered(UserModel user, Instant now) {
        return address(user)
                .filter(address -> codes.isOpen(challenge(user), address, now))
                .isPresent();
    }

    /** Whether the last code could not be mailed. */
    public final boolean hasFailed(UserModel user) {
        return mails.hasFailed(user, Purpose.CHALLENGE);
    }

    /** How long the next {@link #challenge} has to wait, zero where it need not; empty where there is no address. */
    public final Optional<Duration> untilNextChallenge(UserModel user, Instant now) {
        return address(user).map(address -> mails.untilNext(user, Purpose.CHALLENGE, address, now));
    }

    @Override
    final boolean spend(UserModel user, Secret code, Instant now) {
        // Bound to the address as it is now: a code that went to another is no good.
        return codes.spend(challenge(user), address(user).orElseThrow(), code, now);
    }

    @Override
    public final void abandonSetUp(UserModel user) {
        codes.drop(Slot.of(user.getId(), Purpose.ENROL));
        codes.drop(challenge(user));
    }

    private static Slot challenge(UserModel user) {
        return Slot.of(user.getId(), Purpose.CHALLENGE);
    }
}
