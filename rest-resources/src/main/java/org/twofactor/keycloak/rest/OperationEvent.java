package org.twofactor.keycloak.rest;

import java.util.Locale;
import java.util.Set;
import org.jboss.logging.Logger;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.rest.Answer.Refusal;

/**
 * The one Keycloak event of an operation, success or error, with factor, reason, client, IP address and session, and
 * never a code, seed or token.
 *
 * @see <a href="https://github.com/OWASP/ASVS/blob/v5.0.0_release/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md">
 *     ASVS v5.0.0-16.3 Security Events</a>
 */
final class OperationEvent {
    /** What Keycloak's own log-in would call it: rules of a log analysis look for this. */
    private static final Set<String> WRONG_CREDENTIALS = Set.of(
            RestError.OTP_INVALID_EXPIRED.code(),
            RestError.TOTP_INVALID.code(),
            RestError.RECOVERY_CODE_INVALID.code(),
            RestError.PASSWORD_INCORRECT.code());

    private static final Logger LOG = Logger.getLogger(OperationEvent.class);
    private static final String OPERATION = "two_factor_operation";

    private final EventBuilder builder;
    private final String name;

    private OperationEvent(EventBuilder builder, String name) {
        this.builder = builder;
        this.name = name;
    }

    static OperationEvent none() {
        return new OperationEvent(null, "operation");
    }

    static OperationEvent of(KeycloakSession session, EventType type, String name) {
        EventBuilder builder = new EventBuilder(
                        session.getContext().getRealm(),
                        session,
                        session.getContext().getConnection())
                .event(type)
                .detail(OPERATION, name);
        return new OperationEvent(builder, name);
    }

    OperationEvent factor(FactorId factor) {
        builder.detail(Details.CREDENTIAL_TYPE, factor.credentialType());
        return this;
    }

    OperationEvent user(UserModel user) {
        if (builder != null && user != null) {
            builder.user(user).detail(Details.USERNAME, user.getUsername());
        }
        return this;
    }

    void type(EventType type) {
        builder.event(type);
    }

    private void session(UserSessionModel userSession) {
        if (builder != null) {
            builder.session(userSession);
        }
    }

    void caller(Caller caller) {
        if (builder == null) {
            return;
        }
        user(caller.user());
        if (caller.client() != null) {
            builder.client(caller.client());
        }
        if (caller instanceof Caller.Access access) {
            session(access.userSession());
        } else if (caller instanceof Caller.Present present) {
            session(present.userSession());
        }
    }

    void detail(String key, String value) {
        if (builder != null) {
            builder.detail(key, value);
        }
    }

    /** For Keycloak's token machinery, which writes its own details. */
    EventBuilder builder() {
        return builder;
    }

    /** Before the commit: a success is stored with what it tells of. */
    void tell(Answer answer) {
        if (builder == null) {
            return;
        }
        if (answer instanceof Refusal refusal) {
            error(refusal);
        } else if (answer instanceof Answer.SecondFactorDue) {
            // Neither a log-in nor a wrong credential.
            builder.error("mfa_required");
        } else {
            builder.success();
        }
    }

    /**
     * After a rollback, which has taken the success along if there was one. Where not even this can be stored, the log
     * says so, and the answer keeps its shape.
     */
    void tellBroken(Refusal refusal, RuntimeException cause) {
        if (builder == null || builder.getEvent().getError() != null) {
            // Keycloak's token machinery may have told of it already, and said more.
            return;
        }
        try {
            builder.detail("cause", cause.getClass().getSimpleName());
            error(refusal);
        } catch (RuntimeException e) {
            LOG.errorf(e, "two-factor: the event of %s could not be stored", name);
        }
    }

    private void error(Refusal refusal) {
        String reason = refusal.status() == RestError.Status.BAD_REQUEST ? "BAD_REQUEST" : reason(refusal);
        builder.detail(Details.REASON, reason)
                .error(
                        WRONG_CREDENTIALS.contains(reason)
                                ? Errors.INVALID_USER_CREDENTIALS
                                : reason.toLowerCase(Locale.ROOT));
    }

    /** Some of the contract's older errors are sentences. */
    private static String reason(Refusal refusal) {
        return refusal.message().replace(' ', '_').toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name;
    }
}
