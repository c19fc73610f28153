package org.twofactor.keycloak.factor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.mail.Notices;
import org.twofactor.keycloak.settings.Settings;

/** What follows when a factor comes or goes, at whichever door: recovery codes with the first and the last, a notice. */
public final class Enrolment {
    private static final String OPERATION = "two_factor_operation";

    private final KeycloakSession session;
    private final Factors factors;
    private final Notices notices;

    public Enrolment(KeycloakSession session, Settings settings, Factors factors) {
        this.session = session;
        this.factors = factors;
        this.notices = new Notices(session, settings);
    }

    /**
     * After a factor was activated.
     *
     * @param twoFactorWasOn whether the user had 2FA on before
     * @return new recovery codes with the first factor, whatever is left of old ones; with a later one none, and those
     *     there are stay
     */
    public List<Secret> activated(UserModel user, Factor factor, boolean twoFactorWasOn, Instant now) {
        notices.factorEnabled(user, factor.id(), now);
        RecoveryCodes codes = factors.recoveryCodes();
        if (twoFactorWasOn && codes.isActive(user)) {
            codes.putLast(user);
            return List.of();
        }
        List<Secret> made = codes.reset(user, now);
        tellOfCodesMade(user);
        return made;
    }

    /** Beside the event about the factor: whoever looks for when a set was made looks for recovery codes. */
    private void tellOfCodesMade(UserModel user) {
        KeycloakContext context = session.getContext();
        EventBuilder event = new EventBuilder(context.getRealm(), session, context.getConnection())
                .event(EventType.UPDATE_CREDENTIAL)
                .user(user)
                .detail(Details.USERNAME, user.getUsername())
                .detail(Details.CREDENTIAL_TYPE, FactorId.RECOVERY_CODE.credentialType())
                .detail(OPERATION, "recovery-code-made");
        Optional.ofNullable(context.getClient()).ifPresent(event::client);
        Optional.ofNullable(context.getUserSession()).ifPresent(event::session);
        event.success();
    }

    /** Removes a factor; the last one takes the recovery codes along. @return false where it was not active */
    public boolean deactivate(UserModel user, Factor factor, Instant now) {
        return factor.isActive(user) && removed(user, Optional.of(factor.id()), () -> factor.disable(user), now);
    }

    /**
     * What follows when somebody else removes a credential, such as Keycloak's own pages.
     *
     * @param factor that the credential holds; empty for one that is not ours
     * @param removal removes it, or says that it has not
     * @return what the removal said
     */
    public boolean removed(UserModel user, Optional<FactorId> factor, BooleanSupplier removal, Instant now) {
        // First, as the address that it goes to may go with the factor.
        Optional<Runnable> notice = factor.map(id -> notices.factorAboutToBeDisabled(user, id, now));
        if (!removal.getAsBoolean()) {
            return false;
        }
        notice.ifPresent(Runnable::run);
        if (!factors.twoFactorOn(user)) {
            factors.recoveryCodes().disable(user);
        }
        return true;
    }

    /** New recovery codes in place of all earlier ones. */
    public List<Secret> resetRecoveryCodes(UserModel user, Instant now) {
        List<Secret> codes = factors.recoveryCodes().reset(user, now);
        notices.recoveryCodesReset(user, now);
        return codes;
    }
}
