package org.twofactor.keycloak.rest.admin;

import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.services.resources.admin.AdminEventBuilder;
import org.keycloak.services.resources.admin.fgap.AdminPermissionEvaluator;
import org.twofactor.keycloak.factor.EnrolledUsers;
import org.twofactor.keycloak.factor.EnrolledUsers.EnrolledUser;
import org.twofactor.keycloak.factor.EnrolledUsers.Filter;
import org.twofactor.keycloak.factor.EnrolledUsers.Totals;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * {@code /admin/realms/{realm}/two-factor}: for support desks. Keycloak's own permissions rule, {@code view-users} to
 * look and {@code manage-users} to change, fine-grained ones too; errors have the shape of Keycloak's admin API. No
 * answer holds a secret, a seed or a code.
 */
public final class AdminResource {
    private static final int PAGE = 100;
    /** More ids than that some databases refuse in one condition. */
    private static final int LARGEST_PAGE = 500;

    private final KeycloakSession session;
    private final RealmModel realm;
    private final AdminPermissionEvaluator auth;
    private final AdminEventBuilder events;

    AdminResource(KeycloakSession session, AdminPermissionEvaluator auth, AdminEventBuilder events) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.auth = auth;
        this.events = events;
    }

    /** How many users of the realm have which factor, of how many one is locked, and what is wrong with the realm. */
    @GET
    @Path("summary")
    @Produces(MediaType.APPLICATION_JSON)
    public Map<String, Object> summary() {
        auth.users().requireView();
        EnrolledUsers users = users();
        Totals totals = users.totals();
        Map<String, Long> unreadable = users.byUnreadableType();
        Map<String, Object> summary = new TreeMap<>();
        summary.put("users", totals.users());
        summary.put("withTwoFactor", totals.withTwoFactor());
        summary.put("withoutTwoFactor", totals.users() - totals.withTwoFactor());
        summary.put("locked", totals.locked());
        summary.put("methods", totals.byMethod());
        summary.put("unreadableCredentials", unreadable);
        summary.put("warnings", RealmWarning.of(session, realm, unreadable));
        return summary;
    }

    /** A page of users by username, with what each has and what of it is locked. */
    @GET
    @Path("users")
    @Produces(MediaType.APPLICATION_JSON)
    public List<EnrolledUser> users(
            @QueryParam("method") String method,
            @QueryParam("enabled") String enabled,
            @QueryParam("locked") String locked,
            @QueryParam("first") String first,
            @QueryParam("max") String max) {
        auth.users().requireView();
        EnrolledUsers users = users();
        if (method != null && !users.isMethod(method)) {
            throw Query.refusal("method: write the name of a second factor, such as totp");
        }
        Filter filter =
                new Filter(Optional.ofNullable(method), Query.flag("enabled", enabled), Query.flag("locked", locked));
        List<EnrolledUser> page = users.page(
                filter,
                Query.number("first", first, 0, 0, Integer.MAX_VALUE),
                Query.number("max", max, PAGE, 1, LARGEST_PAGE));
        return realm.isAdminPermissionsEnabled()
                ? page.stream().filter(this::mayView).toList()
                : page;
    }

    @Path("users/{id}")
    public UserSupport user(@PathParam("id") String id) {
        UserModel user = session.users().getUserById(realm, id);
        if (user == null) {
            // As Keycloak's own: who may not search learns nothing of what there is.
            throw auth.users().canQuery() ? new NotFoundException("User not found") : new ForbiddenException();
        }
        return new UserSupport(session, settings(), user, auth, events);
    }

    /** A permission can take single users away from an admin who may view all others. */
    private boolean mayView(EnrolledUser row) {
        UserModel user = session.users().getUserById(realm, row.id());
        return user != null && auth.users().canView(user);
    }

    private EnrolledUsers users() {
        Settings settings = settings();
        return new EnrolledUsers(session, new Factors(session, settings), settings);
    }

    private Settings settings() {
        return RealmSettings.of(session, realm);
    }
}
