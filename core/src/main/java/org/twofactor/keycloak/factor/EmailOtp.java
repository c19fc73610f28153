package org.twofactor.keycloak.factor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.factor.Verification.Barred;
import org.twofactor.keycloak.factor.Verification.Inactive;
import org.twofactor.keycloak.factor.Verification.NotAllowed;
import org.twofactor.keycloak.mail.EnrolledAddress;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mailcode.Dispatch;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;

/**
 * Codes by mail, to an address of the factor's own: it may be another than the account's, and stays when that changes.
 * With the setting {@code emailWithoutEnrolment} it is the account's verified address where nobody has enrolled one.
 *
 * <p>NIST does not accept email as an out-of-band factor, and ASVS not at level 3: whoever reads the mailbox has the
 * code, and mailboxes are often open by a password alone. A realm can leave this factor out, or give it a lower level
 * of authentication than TOTP.
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html">NIST SP 800-63B-4 3.1.3.1</a>
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x15-V6-Authentication.md">ASVS v5.0.0-6.3.6</a>
 */
public final class EmailOtp extends MailedFactor {

    public EmailOtp(KeycloakSession session, Settings settings) {
        super(session, settings);
    }

    @Override
    public boolean isActive(UserModel user) {
        return !rows(user).isEmpty() || accountAddress(user).isPresent();
    }

    /** Whether the user has set up nothing, and the realm takes the verified address of the account. */
    public boolean isWithoutEnrolment(UserModel user) {
        return rows(user).isEmpty() && accountAddress(user).isPresent();
    }

    @Override
    public Optional<Instant> completedAt(UserModel user) {
        return rows(user).stream()
                .findFirst()
                .map(CredentialModel::getCreatedDate)
                .map(Instant::ofEpochMilli);
    }

    /** The enrolled one, if there is one: a row that can't be read is not made good by the address of the account. */
    @Override
    public Optional<String> address(UserModel user) {
        return rows(user).isEmpty() ? accountAddress(user) : EnrolledAddress.of(user);
    }

    private Optional<String> accountAddress(UserModel user) {
        return settings.emailWithoutEnrolment() ? AccountEmail.verified(user) : Optional.empty();
    }

    /**
     * Mails a code to the address that is to be enrolled, in place of any other pending set-up.
     *
     * @param withSecondFactor whether the caller proved one; a set-up without is void once the user has another factor
     */
    public Dispatch setUp(UserModel user, String address, boolean withSecondFactor, MailStyle style, Instant now) {
        Bound bound = new Bound(user.getId(), address, withSecondFactor);
        return mails.send(user, Purpose.ENROL, bound, style, now);
    }

    /** The address of the set-up that {@link #enable} could confirm. */
    public Optional<String> pendingAddress(UserModel user, boolean twoFactorOn) {
        return pending(user, twoFactorOn).map(Bound::address);
    }

    /** Confirms the set-up with the code that was mailed; an earlier address goes with it. */
    public Verification enable(UserModel user, boolean twoFactorOn, Secret code, Instant now) {
        if (!settings.allows(id())) {
            return new NotAllowed();
        }
        Optional<Bound> pending = pending(user, twoFactorOn);
        if (pending.isEmpty()) {
            return new Inactive();
        }
        if (barred(user)) {
            return new Barred();
        }
        Slot slot = Slot.of(user.getId(), Purpose.ENROL);
        String address = pending.get().address();
        return evaluate(
                user,
                guard().admitToSetUp(user, now),
                () -> codes.spend(slot, address, code, now) && store(user, address, now));
    }

    /**
     * How long the next mail has to wait, zero where it need not: that of a challenge where the factor is active,
     * otherwise that of the pending set-up. Empty where there is neither.
     */
    public Optional<Duration> untilNextMail(UserModel user, boolean twoFactorOn, Instant now) {
        return untilNextChallenge(user, now)
                .or(() -> pendingAddress(user, twoFactorOn)
                        .map(address -> mails.untilNext(user, Purpose.ENROL, address, now)));
    }

    /** Whether the last code of a set-up could not be mailed. */
    public boolean hasSetUpFailed(UserModel user) {
        return mails.hasFailed(user, Purpose.ENROL);
    }

    /** How long the next mail of a set-up with that address has to wait, zero where it need not. */
    public Duration untilNextSetUpMail(UserModel user, String address, Instant now) {
        return mails.untilNext(user, Purpose.ENROL, address, now);
    }

    @Override
    public boolean disable(UserModel user) {
        List<CredentialModel> rows = rows(user);
        rows.forEach(row -> user.credentialManager().removeStoredCredentialById(row.getId()));
        return !rows.isEmpty();
    }

    /** Enrols an address that was the factor without enrolment until now; where a row is there, that decides already. */
    void keep(UserModel user, String address, Instant now) {
        if (rows(user).isEmpty()) {
            store(user, address, now);
        }
    }

    @Override
    boolean isCorrupt(UserModel user) {
        return address(user).isEmpty();
    }

    /** Without a second factor behind it, a set-up is void once the user has one: it would get round the sudo token. */
    private Optional<Bound> pending(UserModel user, boolean twoFactorOn) {
        return codes.bound(Slot.of(user.getId(), Purpose.ENROL))
                .filter(bound -> !twoFactorOn || bound.withSecondFactor());
    }

    private boolean store(UserModel user, String address, Instant now) {
        disable(user);
        CredentialModel row = new CredentialModel();
        row.setType(id().credentialType());
        row.setCreatedDate(now.toEpochMilli());
        row.setCredentialData(new EnrolledAddress(address).asCredentialData());
        row.setSecretData("{}");
        user.credentialManager().createStoredCredential(row);
        return true;
    }

    private List<CredentialModel> rows(UserModel user) {
        return user.credentialManager()
                .getStoredCredentialsByTypeStream(id().credentialType())
                .toList();
    }
}
