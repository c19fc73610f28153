package org.twofactor.keycloak.rest.admin;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.common.util.Time;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionProviderModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.ErrorResponse;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;
import org.keycloak.storage.ReadOnlyException;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.FactorReset;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.password.PasswordCheck;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * {@code /admin/realms/{realm}/two-factor/users/{id}}: a user's state, unlock and reset. Each change answers the state
 * that it left behind, and is one admin event.
 */
public final class UserSupport {
    private static final String PASSWORD = "password";

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final UserModel user;
    private final AdminPermissionEvaluator auth;
    private final AdminEventBuilder events;
    private final Factors factors;
    private final PasswordCheck passwords;
    private final Instant now;

    UserSupport(
            KeycloakSession session,
            Settings settings,
            UserModel user,
            AdminPermissionEvaluator auth,
            AdminEventBuilder events) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
        this.user = user;
        this.auth = auth;
        this.events = events;
        this.factors = new Factors(session, settings);
        this.passwords = new PasswordCheck(session, settings);
        this.now = Instant.ofEpochMilli(Time.currentTimeMillis());
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public UserState state() {
        auth.users().requireView(user);
        return UserState.of(session, factors, passwords, user, now);
    }

    /** Lifts all locks and begins every streak of guesses anew, that of the password too. */
    @DELETE
    @Path("locks")
    @Produces(MediaType.APPLICATION_JSON)
    public UserState unlock() {
        requireManage();
        factors.all().forEach(factor -> factor.unlock(user));
        passwords.clear(user);
        tell("unlock", "all");
        return state();
    }

    /** The same for one factor by its wire name, or for {@code password}. */
    @DELETE
    @Path("locks/{factor}")
    @Produces(MediaType.APPLICATION_JSON)
    public UserState unlock(@PathParam("factor") String name) {
        requireManage();
        if (name.equals(PASSWORD)) {
            passwords.clear(user);
        } else {
            factor(name).unlock(user);
        }
        tell("unlock", name);
        return state();
    }

    /**
     * Takes all second factors from the user and ends every session: whoever holds the lost phone, or is logged in on
     * it, is out. From then on the password alone opens the account, until the user enrols anew.
     *
     * @param enrol whether the next log-in in a browser has to enrol a factor before it goes on
     */
    @DELETE
    @Produces(MediaType.APPLICATION_JSON)
    public UserState reset(@QueryParam("enrol") String enrol) {
        requireManage();
        Optional<String> action = Query.flag("enrol", enrol).filter(it -> it).map(it -> enrolment());
        // First: a user of a directory that can't be written is refused before anything is changed.
        action.ifPresent(this::demand);
        KeycloakCompat.endSessions(session, user, Optional.empty());
        // Tokens that nobody asks us about, and partial ones, which have no session yet.
        session.users().setNotBeforeForUser(realm, user, Math.toIntExact(now.getEpochSecond()));
        List<String> removed = new FactorReset(session, settings, factors).reset(user, now);
        events.detail("credential_types", String.join(",", removed)).detail("required_action", action.orElse(""));
        tell("reset", "all");
        return state();
    }

    /** Before anything is changed: what is taken from the guard does not come back with a rollback. */
    private void requireManage() {
        auth.users().requireManage(user);
        // The answer is the state.
        auth.users().requireView(user);
    }

    private Factor factor(String name) {
        return factors.all().stream()
                .filter(factor -> factor.id().wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFoundException("Factor not found"));
    }

    private String enrolment() {
        return Stream.ofNullable(realm.getRequiredActionProviderByAlias(RealmSettings.REQUIRED_ACTION))
                .filter(RequiredActionProviderModel::isEnabled)
                .map(RequiredActionProviderModel::getAlias)
                .findFirst()
                .orElseThrow(() -> Query.refusal(
                        "enrol: the realm has to have the required action CONFIGURE_TWO_FACTOR switched on"));
    }

    private void demand(String action) {
        try {
            user.addRequiredAction(action);
        } catch (ReadOnlyException e) {
            throw ErrorResponse.error(
                    "enrol: this user comes from a directory that can't be written, so nothing can be demanded of the"
                            + " user; reset without it, and let the flow demand a factor",
                    Response.Status.CONFLICT);
        }
    }

    /** An action on the user, as Keycloak's own API tells of a credential that an admin has removed. */
    private void tell(String operation, String factor) {
        events.operation(OperationType.ACTION)
                .resource(ResourceType.USER)
                .resourcePath(session.getContext().getUri())
                .detail("two_factor_operation", operation)
                .detail("factor", factor)
                .success();
    }
}
