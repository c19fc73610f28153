package org.twofactor.keycloak.rest;

import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.keycloak.common.util.Time;
import org.keycloak.events.EventType;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.CorsErrorResponseException;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.compat.KeycloakCompat;
import org.twofactor.keycloak.factor.Enrolment;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.rest.Answer.Refusal;
import org.twofactor.keycloak.rest.CallerCheck.Access;
import org.twofactor.keycloak.rest.CallerCheck.Found;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * One call of one operation, in the order that the contract sets: transport, token, body, then what the resource does.
 * Here alone is decided what becomes of the transaction: it is committed before an answer leaves, so that no token is
 * given for a session that the database then refuses; and whatever breaks ends in a rollback and the error shape.
 */
final class Operation {
    private static final Logger LOG = Logger.getLogger(Operation.class);

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;
    private final Factors factors;
    private final Instant now;
    private final OperationEvent event;
    private final CallerCheck callers;
    private Optional<String> malformed = Optional.empty();

    private Operation(KeycloakSession session, OperationEvent event) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = RealmSettings.of(session, realm);
        this.factors = new Factors(session, settings);
        this.now = Instant.ofEpochMilli(Time.currentTimeMillis());
        this.event = event;
        this.callers = new CallerCheck(session, settings, factors, now);
    }

    /** One that only reads: it leaves no event, as in Keycloak's own APIs. */
    static Operation reading(KeycloakSession session) {
        return new Operation(session, OperationEvent.none());
    }

    /** One whose event Keycloak's own endpoint writes. */
    static Operation delegated(KeycloakSession session) {
        return new Operation(session, OperationEvent.none());
    }

    static Operation of(KeycloakSession session, EventType type, String name) {
        return new Operation(session, OperationEvent.of(session, type, name));
    }

    static Operation of(KeycloakSession session, EventType type, String name, FactorId factor) {
        return new Operation(session, OperationEvent.of(session, type, name).factor(factor));
    }

    /** The one sentence for whatever is wrong with the call, where the contract has it so. */
    Operation callingMalformed(String sentence) {
        malformed = Optional.of(sentence);
        return this;
    }

    KeycloakSession session() {
        return session;
    }

    RealmModel realm() {
        return realm;
    }

    Settings settings() {
        return settings;
    }

    Factors factors() {
        return factors;
    }

    Enrolment enrolment() {
        return new Enrolment(session, settings, factors);
    }

    Instant now() {
        return now;
    }

    OperationEvent event() {
        return event;
    }

    /** What a resource does with a caller and a body that are as they must be. */
    @FunctionalInterface
    interface Work<C extends Caller> {
        Answer answer(C caller, JsonBody body) throws JsonBody.Malformed;
    }

    /** For a caller by token, and a body with these fields. */
    <C extends Caller> Response answer(
            Access access, Class<C> as, InputStream in, Work<C> work, JsonBody.Field... fields) {
        return guarded(() -> {
            Found found = callers.find(access);
            if (found instanceof Found.Unknown unknown) {
                allowOrigins(unknown.client());
                return challenged(Answer.refusal(unknown.error()), unknown.error());
            }
            C caller = as.cast(((Found.Known) found).caller());
            allowOrigins(Optional.of(caller.client()));
            event.caller(caller);
            return worked(caller, in, work, fields);
        });
    }

    /** For anybody; a client that the realm names says whose origins may call. */
    Response answerAnybody(
            Optional<ClientModel> client, InputStream in, Work<Caller.Anybody> work, JsonBody.Field... fields) {
        return guarded(() -> {
            allowOrigins(client);
            client.ifPresent(session.getContext()::setClient);
            Caller.Anybody anybody = new Caller.Anybody(client.orElse(null));
            event.caller(anybody);
            return worked(anybody, in, work, fields);
        });
    }

    /** For a path or method that the contract does not have. */
    static Response refuse(KeycloakSession session, Refusal refusal) {
        KeycloakCompat.allowAnyOrigin();
        return Responses.of(session, refusal);
    }

    private <C extends Caller> Answer worked(C caller, InputStream in, Work<C> work, JsonBody.Field... fields) {
        try {
            return work.answer(caller, JsonBody.read(session, in, fields));
        } catch (JsonBody.Malformed e) {
            return Answer.badRequest(malformed.orElse(e.getMessage()));
        }
    }

    private Response guarded(Supplier<Answer> work) {
        Answer answer;
        try {
            answer = transport().orElseGet(work);
            event.tell(answer);
            commit(answer);
        } catch (ForbiddenException e) {
            answer = broken(Answer.refusal(RestError.CLIENT_NOT_ALLOWED), e);
        } catch (WebApplicationException e) {
            answer = broken(ofKeycloak(e), e);
        } catch (RuntimeException e) {
            LOG.errorf(e, "two-factor: %s failed", event);
            answer = broken(Answer.refusal(RestError.INTERNAL_ERROR), e);
        }
        return Responses.of(session, answer);
    }

    private Optional<Answer> transport() {
        boolean secure = session.getContext().getUri().getBaseUri().getScheme().equals("https");
        if (!secure && realm.getSslRequired().isRequired(session.getContext().getConnection())) {
            return Optional.of(Answer.badRequest("HTTPS required"));
        }
        return realm.isEnabled() ? Optional.empty() : Optional.of(Answer.refusal(RestError.CLIENT_NOT_ALLOWED));
    }

    private void commit(Answer answer) {
        if (answer instanceof Refusal) {
            session.getTransactionManager().setRollbackOnly();
        }
        if (session.getTransactionManager().getRollbackOnly()) {
            session.getTransactionManager().rollback();
            if (!(answer instanceof Refusal)) {
                throw new IllegalStateException("no success leaves a transaction that is rolled back");
            }
        } else {
            session.getTransactionManager().commit();
        }
    }

    private Answer broken(Refusal refusal, RuntimeException cause) {
        if (session.getTransactionManager().isActive()) {
            session.getTransactionManager().setRollbackOnly();
            session.getTransactionManager().rollback();
        }
        event.tellBroken(refusal, cause);
        return refusal;
    }

    /** What Keycloak's own token machinery throws, in our shape. */
    private static Refusal ofKeycloak(WebApplicationException e) {
        return switch (e.getResponse().getStatus()) {
            case 400 ->
                Answer.badRequest(
                        e instanceof CorsErrorResponseException oauth ? oauth.getErrorDescription() : "Bad Request");
            case 401 -> Answer.refusal(RestError.INVALID_TOKEN);
            case 403 -> Answer.refusal(RestError.CLIENT_NOT_ALLOWED);
            default -> Answer.refusal(RestError.INTERNAL_ERROR);
        };
    }

    private void allowOrigins(Optional<ClientModel> client) {
        String method = session.getContext().getHttpRequest().getHttpMethod();
        client.ifPresentOrElse(
                it -> KeycloakCompat.allowOriginsOf(session, it, method), KeycloakCompat::allowAnyOrigin);
    }

    private Refusal challenged(Refusal refusal, RestError error) {
        return error == RestError.SUDO_TOKEN_REQUIRED
                ? refusal.with("WWW-Authenticate", Responses.sudoChallenge(realm, settings))
                : refusal;
    }
}
