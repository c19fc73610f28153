package org.twofactor.keycloak.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.AccessTokenResponse;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.rest.CallerCheck.Access;

/** {@code /realms/{realm}/auth}: rows 23 to 28 of the contract. */
public final class AuthResource extends UnmatchedPaths {
    private static final int LONGEST_INPUT = 256;

    AuthResource(KeycloakSession session) {
        super(session);
    }

    @POST
    @Path("login")
    public Response logIn(InputStream in) {
        Operation operation = Operation.of(session, EventType.LOGIN, "login");
        PasswordLogin login = new PasswordLogin(operation);
        return operation.answerAnybody(
                login.client(),
                in,
                (caller, body) -> login.answer(body.get("username"), body.get("password")),
                JsonBody.Field.of("username", 1, LONGEST_INPUT),
                JsonBody.Field.of("password", 1, LONGEST_INPUT));
    }

    @GET
    @Path("refreshtoken")
    public Response renewRefreshToken() {
        return renewed(AccessTokenResponse::getRefreshToken);
    }

    @GET
    @Path("accesstoken")
    public Response accessToken() {
        return renewed(AccessTokenResponse::getToken);
    }

    @POST
    @Path("logout")
    public Response logOut(InputStream in) {
        return Operation.delegated(session)
                .answer(
                        Access.REFRESH_TOKEN,
                        Caller.Refresh.class,
                        in,
                        (caller, body) -> new KeycloakEndpoints(session).logOut(caller)
                                ? new Answer.NoContent()
                                : Answer.refusal(RestError.INVALID_TOKEN));
    }

    @GET
    @Path("accesstoken/validate")
    public Response validateAccessToken() {
        return Operation.reading(session)
                .answer(Access.READ_WITHOUT_PARTIAL, Caller.Access.class, null, (caller, body) -> userId(caller));
    }

    @GET
    @Path("refreshtoken/validate")
    public Response validateRefreshToken() {
        return Operation.reading(session)
                .answer(Access.REFRESH_TOKEN, Caller.Refresh.class, null, (caller, body) -> userId(caller));
    }

    private Response renewed(Function<AccessTokenResponse, String> which) {
        return Operation.delegated(session)
                .answer(
                        Access.REFRESH_TOKEN,
                        Caller.Refresh.class,
                        null,
                        (caller, body) -> new KeycloakEndpoints(session)
                                .refresh(caller)
                                .flatMap(tokens -> Optional.ofNullable(which.apply(tokens)))
                                .<Answer>map(token -> new Answer.Text(Secret.of(token)))
                                .orElseGet(() -> Answer.refusal(RestError.INVALID_TOKEN)));
    }

    private static Answer userId(Caller caller) {
        return Answer.json(Map.of("userId", caller.user().getId()));
    }
}
