package org.twofactor.keycloak.factor;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.keycloak.common.util.Time;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventType;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.AbstractKeycloakTransaction;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.compat.OwnTransaction;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * Keeps a factor that is the account's address where it was proved, when the user changes that address on Keycloak's own
 * pages or by its account API: they ask for no second factor, and leave an address behind that nobody has proved. The old
 * address is enrolled then, so that codes go on to whoever reads it. What an administrator changes is theirs to say.
 */
public final class ProvedAddress implements EventListenerProvider {
    private static final Set<EventType> CHANGES_BY_USERS = EnumSet.of(EventType.UPDATE_PROFILE, EventType.UPDATE_EMAIL);

    private static final String MOVED_WITH_FACTOR = ProvedAddress.class.getName();

    private final KeycloakSession session;

    ProvedAddress(KeycloakSession session) {
        this.session = session;
    }

    /** For a change in this request that took the factor: it goes along with the address. */
    public static void movesWithFactor(KeycloakSession session) {
        session.setAttribute(MOVED_WITH_FACTOR, true);
    }

    @Override
    public void onEvent(Event event) {
        RealmModel realm = session.getContext().getRealm();
        if (event.getError() == null
                && event.getUserId() != null
                && CHANGES_BY_USERS.contains(event.getType())
                && session.getAttribute(MOVED_WITH_FACTOR) == null
                && realm != null
                && realm.getId().equals(event.getRealmId())
                && RealmSettings.isOurs(realm)) {
            // Not here, where what goes wrong would be logged and forgotten: at the commit it undoes the change.
            session.getTransactionManager().enlistPrepare(new Keeping(realm, event.getUserId()));
        }
    }

    private final class Keeping extends AbstractKeycloakTransaction {
        private final RealmModel realm;
        private final String userId;

        Keeping(RealmModel realm, String userId) {
            this.realm = realm;
            this.userId = userId;
        }

        @Override
        protected void commitImpl() {
            Settings settings = RealmSettings.of(session, realm);
            UserModel user = session.users().getUserById(realm, userId);
            if (user == null || !settings.emailWithoutEnrolment()) {
                return;
            }
            Optional<String> proved = AccountEmail.verified(user);
            before().filter(address -> !proved.equals(Optional.of(address)))
                    .ifPresent(address -> new EmailOtp(session, settings)
                            .keep(user, address, Instant.ofEpochMilli(Time.currentTimeMillis())));
        }

        /** The address that was proved until now: another transaction sees nothing of this one. */
        private Optional<String> before() {
            return OwnTransaction.call(
                    session,
                    "two-factor-proved-address",
                    own -> Optional.ofNullable(
                                    own.users().getUserById(own.getContext().getRealm(), userId))
                            .map(KeycloakCompat::pastCache)
                            .flatMap(AccountEmail::verified));
        }

        @Override
        protected void rollbackImpl() {
            // Nothing was done.
        }
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
        // An administrator may give an account another address, and the factor goes with it.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
