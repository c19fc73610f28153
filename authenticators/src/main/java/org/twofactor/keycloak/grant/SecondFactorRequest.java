package org.twofactor.keycloak.grant;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.protocol.oidc.grants.OAuth2GrantType;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.factor.EmailOtp;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.guard.RetryAfter;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.token.PartialTokens;
import org.twofactor.keycloak.token.PartialTokens.PartialToken;
import org.twofactor.keycloak.token.Redemption;
import org.twofactor.keycloak.token.Redemption.Outcome;
import org.twofactor.keycloak.token.TokenIssuer;
import org.twofactor.keycloak.token.TokenIssuer.Issue;

/**
 * One request of the grant, by what it brings: a partial token alone asks what is due; with a factor and its code it is
 * redeemed; with the factor {@code email-otp} and no code it has the code sent. In this order: token, parameters, state,
 * guard, code.
 */
final class SecondFactorRequest {
    private final OAuth2GrantType.Context context;
    private final KeycloakSession session;
    private final Settings settings;
    private final Factors factors;
    private final Instant now;
    private final GrantForm form;
    private final GrantAnswers answers;

    SecondFactorRequest(OAuth2GrantType.Context context) {
        this.context = context;
        this.session = context.getSession();
        this.settings = RealmSettings.of(session, context.getRealm());
        this.factors = new Factors(session, settings);
        this.now = Instant.ofEpochMilli(Time.currentTimeMillis());
        this.form = new GrantForm(
                context.getFormParams(), session.getContext().getHttpRequest().getDecodedFormParameters());
        this.answers = new GrantAnswers(context);
    }

    Response answer() {
        try {
            Secret handle = form.partialToken();
            Optional<PartialToken> partial = new PartialTokens(session)
                    .find(handle, now)
                    .filter(token -> token.client().equals(context.getClient()));
            return partial.isPresent() ? answer(handle, partial.get()) : answers.refused(GrantError.INVALID_TOKEN);
        } catch (GrantForm.Malformed e) {
            return answers.malformed(e.getMessage());
        }
    }

    private Response answer(Secret handle, PartialToken partial) throws GrantForm.Malformed {
        UserModel user = partial.user();
        context.getEvent().user(user).detail(Details.USERNAME, user.getUsername());
        Optional<FactorId> asked = form.factor();
        if (asked.isEmpty()) {
            return answers.due(due(user));
        }
        FactorId factor = asked.get();
        context.getEvent().detail(Details.CREDENTIAL_TYPE, factor.credentialType());
        Optional<Secret> code = form.code(factor);
        if (code.isPresent()) {
            return factors.of(factor)
                    .verify(user, code.get(), now)
                    .through(new GrantDoor(answers, () -> redeem(handle, partial, factor)));
        }
        if (factor == FactorId.EMAIL_OTP) {
            return challenge(user);
        }
        throw new GrantForm.Malformed("Missing form parameter: " + GrantForm.CODE);
    }

    /** Which factors can be given, and how long each has to wait. */
    private Map<String, Object> due(UserModel user) {
        Map<String, Long> nextGuess = new LinkedHashMap<>();
        for (FactorId id : factors.usable(user)) {
            nextGuess.put(id.wireName(), RetryAfter.seconds(factors.of(id).untilNextGuess(user, now)));
        }
        Map<String, Object> due = new LinkedHashMap<>();
        due.put("methods", nextGuess.keySet());
        due.put("next_guess", nextGuess);
        if (nextGuess.containsKey(FactorId.EMAIL_OTP.wireName())) {
            factors.emailOtp()
                    .untilNextChallenge(user, now)
                    .ifPresent(delay -> due.put("next_email", RetryAfter.seconds(delay)));
        }
        return due;
    }

    private Response challenge(UserModel user) throws GrantForm.Malformed {
        Optional<MailStyle> style = MailStyle.ofOrigin(session, settings, form.origin(), form.language());
        if (!settings.allows(FactorId.EMAIL_OTP)) {
            return answers.refused(GrantError.FACTOR_NOT_ALLOWED);
        }
        if (style.isEmpty()) {
            return answers.refused(GrantError.UNABLE_TO_FIND_MAIL_TEMPLATE);
        }
        EmailOtp emailOtp = factors.emailOtp();
        return emailOtp.challenge(user, style.get(), now)
                .map(dispatch -> dispatch.through(new ChallengeDoor(
                        answers,
                        () -> answers.codeSent(
                                emailOtp.untilNextChallenge(user, now).orElse(Duration.ZERO)))))
                .orElseGet(() -> answers.refused(GrantError.FACTOR_INACTIVE));
    }

    private Response redeem(Secret handle, PartialToken partial, FactorId factor) {
        TokenIssuer issuer = new TokenIssuer(session, context.getEvent()).withIdToken();
        Outcome outcome = new Redemption(session, settings, issuer)
                .redeem(handle, partial, factor, context.getClientAuthAttributes(), now);
        if (outcome instanceof Outcome.Refused refused) {
            return answers.refused(
                    refused.why() instanceof Issue.AccountNotSetUp
                            ? GrantError.ACCOUNT_NOT_SET_UP
                            : GrantError.CLIENT_NOT_ALLOWED);
        }
        if (outcome instanceof Outcome.Spent) {
            return answers.refused(GrantError.INVALID_TOKEN);
        }
        Outcome.LoggedIn loggedIn = (Outcome.LoggedIn) outcome;
        return answers.tokens(loggedIn.tokens().response(), loggedIn.sudoToken());
    }
}
