package org.twofactor.keycloak.rest;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.keycloak.events.Details;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.twofactor.keycloak.password.ResetMails;
import org.twofactor.keycloak.token.LoginClient;

/** {@code /realms/{realm}/v1}: row 22 of the contract, an older call that says its errors in sentences. */
public final class V1Resource extends UnmatchedPaths {
    private static final int SHORTEST_ADDRESS = 5;
    private static final int LONGEST_ADDRESS = 100;
    private static final String MALFORMED = "Missing or misformatted query parameter or body";

    V1Resource(KeycloakSession session) {
        super(session);
    }

    @POST
    @Path("auth/forgot-password")
    public Response sendResetLink(InputStream in) {
        Operation operation = Operation.of(session, EventType.SEND_RESET_PASSWORD, "forgot-password")
                .callingMalformed(MALFORMED);
        operation.event().detail(Details.CREDENTIAL_TYPE, PasswordCredentialModel.TYPE);
        MailQuery query = new MailQuery(operation);
        return operation.answerAnybody(
                LoginClient.of(operation.realm(), operation.settings()),
                in,
                (caller, body) -> query.answer(style -> ResetAnswers.LINK.to(new ResetMails(
                                session, operation.settings())
                        .sendLink(body.get("email").reveal(), Devices.shown(operation), style, operation.now()))),
                JsonBody.Field.email(operation.realm(), "email", SHORTEST_ADDRESS, LONGEST_ADDRESS));
    }
}
