package org.twofactor.keycloak.factor;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.keycloak.events.Event;
import org.keycloak.events.EventListenerProvider;
import org.keycloak.events.EventType;
import org.keycloak.events.admin.AdminEvent;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.mail.AfterCompletion;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.SaidOnce;

/**
 * Keeps the user attribute {@code twoFactorMethods} as a mirror of the credentials, so that an admin can search for it.
 * Nothing reads it to decide anything: with unmanaged attributes enabled, users can overwrite it.
 *
 * <p>Keycloak has no word of its own for a credential that came or went, but every door at which one does tells of it
 * by a user event or an admin event, and those come here in every realm; one that is not ours is left alone. What comes in without one, by an import or
 * before this extension was there, is mirrored at the user's next log-in.
 */
public final class MethodsMirror implements EventListenerProvider {
    private static final String ATTRIBUTE = "twoFactorMethods";

    /** What the attribute says of a user without 2FA: a search finds values, not their absence. */
    private static final String NONE = "none";

    private static final Logger LOG = Logger.getLogger(MethodsMirror.class);

    private static final Set<EventType> CREDENTIAL_CHANGES = EnumSet.of(
            EventType.UPDATE_CREDENTIAL,
            EventType.REMOVE_CREDENTIAL,
            // The address of the account may be a factor.
            EventType.UPDATE_EMAIL,
            EventType.VERIFY_EMAIL,
            // The user may have written the attribute.
            EventType.UPDATE_PROFILE);

    private static final Pattern USER_PATH = Pattern.compile("(?:two-factor/)?users/([^/]+).*");

    private static final SaidOnce SAID = new SaidOnce();

    private final KeycloakSession session;

    MethodsMirror(KeycloakSession session) {
        this.session = session;
    }

    @Override
    public void onEvent(Event event) {
        if (event.getUserId() == null) {
            return;
        }
        if (CREDENTIAL_CHANGES.contains(event.getType())) {
            mirrorAfterwards(event.getRealmId(), event.getUserId());
        } else if (event.getType() == EventType.LOGIN && isBehind(event)) {
            mirrorAfterwards(event.getRealmId(), event.getUserId());
        }
    }

    @Override
    public void onEvent(AdminEvent event, boolean includeRepresentation) {
        String path = event.getResourcePath() == null ? "" : event.getResourcePath();
        Matcher user = USER_PATH.matcher(path);
        if (user.matches()) {
            mirrorAfterwards(event.getRealmId(), user.group(1));
        }
    }

    private boolean isBehind(Event event) {
        RealmModel realm = session.getContext().getRealm();
        if (realm == null || !realm.getId().equals(event.getRealmId()) || !isMirrored(realm)) {
            return false;
        }
        UserModel user = session.users().getUserById(realm, event.getUserId());
        return user != null && !current(user).equals(methods(session, user));
    }

    private boolean isMirrored(RealmModel realm) {
        return RealmSettings.isOurs(realm) && RealmSettings.of(session, realm).mirrorsMethods();
    }

    /** After the commit, and in a transaction of its own: a mirror that can't be written breaks no log-in. */
    private void mirrorAfterwards(String realmId, String userId) {
        String once = MethodsMirror.class.getName() + ":" + userId;
        RealmModel realm = session.realms().getRealm(realmId);
        if (session.getAttribute(once) != null || realm == null || !isMirrored(realm)) {
            return;
        }
        session.setAttribute(once, true);
        AfterCompletion.of(session, () -> mirror(realmId, userId), () -> {});
    }

    private void mirror(String realmId, String userId) {
        try {
            // Not in the context of the request, whose session is over.
            KeycloakModelUtils.runJobInTransaction(session.getKeycloakSessionFactory(), own -> {
                RealmModel realm = own.realms().getRealm(realmId);
                own.getContext().setRealm(realm);
                Optional.ofNullable(own.users().getUserById(realm, userId))
                        .map(KeycloakCompat::pastCache)
                        .ifPresent(user -> write(own, user));
            });
        } catch (RuntimeException e) {
            tell(realmId, userId, e);
        }
    }

    /** Once for each realm and kind of trouble: a storage that can't be written says the same at every log-in. */
    private static void tell(String realmId, String userId, RuntimeException trouble) {
        LOG.debugf(trouble, "two-factor: the attribute %s of user %s could not be written", ATTRIBUTE, userId);
        if (SAID.isNew(realmId + " " + trouble.getClass().getName())) {
            LOG.warnf(
                    "two-factor: the attribute %s of user %s could not be written (%s). The setting methodsAttribute"
                            + " switches it off; further ones of this realm are logged at DEBUG",
                    ATTRIBUTE, userId, trouble);
        }
    }

    private static void write(KeycloakSession own, UserModel user) {
        if (user.getServiceAccountClientLink() != null) {
            return;
        }
        List<String> methods = methods(own, user);
        if (!current(user).equals(methods)) {
            user.setAttribute(ATTRIBUTE, methods);
        }
    }

    private static List<String> current(UserModel user) {
        return user.getAttributeStream(ATTRIBUTE).sorted().toList();
    }

    private static List<String> methods(KeycloakSession session, UserModel user) {
        RealmModel realm = session.getContext().getRealm();
        List<String> methods = new EnrolledMethods(new Factors(session, RealmSettings.of(session, realm))).of(user);
        return methods.isEmpty() ? List.of(NONE) : methods.stream().sorted().toList();
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
