package org.twofactor.keycloak.authenticator.enrolment;

import jakarta.ws.rs.HttpMethod;
import java.time.Instant;
import java.util.Optional;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.events.EventBuilder;
import org.keycloak.events.EventType;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.code.TypedCode;
import org.twofactor.keycloak.code.UnicodeText;
import org.twofactor.keycloak.factor.Enrolment;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Settings;

/**
 * One request of a browser at one of our required actions: who it is, what was posted, and what the authentication
 * session remembers.
 *
 * <p>What it remembers is where the user stands, in this tab and this log-in. It counts nothing, so that back, restart,
 * another tab or a new session have nothing to reset.
 */
final class Visit {
    /** The event detail by which REST names its operations too. */
    private static final String OPERATION = "two_factor_operation";

    /** Which of our pages a form was posted from. */
    static final String PAGE = "page";

    private static final String CODE = "code";
    private static final String NOTE = "two-factor.";

    private final RequiredActionContext context;
    private final Settings settings;
    private final Factors factors;
    private final Instant now;
    private Optional<Message> word = Optional.empty();
    private boolean choiceOffered;

    Visit(RequiredActionContext context) {
        this.context = context;
        this.settings = RealmSettings.of(context.getSession(), context.getRealm());
        this.factors = new Factors(context.getSession(), settings);
        this.now = Instant.ofEpochMilli(Time.currentTimeMillis());
    }

    RequiredActionContext context() {
        return context;
    }

    KeycloakSession session() {
        return context.getSession();
    }

    AuthenticationSessionModel authentication() {
        return context.getAuthenticationSession();
    }

    UserModel user() {
        return context.getUser();
    }

    Settings settings() {
        return settings;
    }

    Factors factors() {
        return factors;
    }

    Enrolment enrolment() {
        return new Enrolment(session(), settings, factors);
    }

    Instant now() {
        return now;
    }

    boolean twoFactorOn() {
        return factors.twoFactorOn(user());
    }

    /** Whether an app has sent the user here, who may turn back; otherwise nobody passes with the action undone. */
    boolean isByApp() {
        return context.getAction().equals(authentication().getClientNote(Constants.KC_ACTION_EXECUTING))
                && !Boolean.parseBoolean(authentication().getClientNote(Constants.KC_ACTION_ENFORCED));
    }

    /** Whether a form of that page was posted. */
    boolean isFrom(String page) {
        return field(PAGE).filter(page::equals).isPresent();
    }

    /** What stands in a field of the form; empty where it is missing or blank, or holds what is no Unicode text. */
    Optional<String> field(String name) {
        if (!HttpMethod.POST.equals(context.getHttpRequest().getHttpMethod())) {
            return Optional.empty();
        }
        String value = context.getHttpRequest().getDecodedFormParameters().getFirst(name);
        return Optional.ofNullable(value)
                .filter(UnicodeText::is)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** The code of that factor that was typed; empty where there is none, or nothing that could be one. */
    Optional<Secret> code(FactorId factor) {
        return field(CODE).flatMap(typed -> TypedCode.of(factor, typed));
    }

    /** What is wrong where there is no {@link #code}. */
    Message codeProblem(FactorId factor) {
        return TypedCode.isBlank(field(CODE).orElse(null)) ? Message.MISSING_CODE : Message.wrongCode(factor);
    }

    /** What the authentication session remembers under that name, for this action and no other. */
    Optional<String> note(String name) {
        return Optional.ofNullable(authentication().getAuthNote(scoped(name)));
    }

    void note(String name, String value) {
        authentication().setAuthNote(scoped(name), value);
    }

    void forget(String name) {
        authentication().removeAuthNote(scoped(name));
    }

    private String scoped(String name) {
        return NOTE + context.getAction() + "." + name;
    }

    /** Something that the next page has to say, whichever it is. */
    void say(Message message) {
        word = Optional.of(message);
    }

    Optional<Message> word() {
        return word;
    }

    /** An event about a factor, apart from the one that Keycloak sends when the action is over. */
    EventBuilder event(EventType type, FactorId factor, String operation) {
        return context.getEvent()
                .clone()
                .event(type)
                .user(user())
                .detail(OPERATION, factor.wireName() + "-" + operation)
                .detail(Details.CREDENTIAL_TYPE, factor.credentialType());
    }

    /** Whether the pages of a factor lead back to the choice among several. */
    void offerChoice(boolean offered) {
        choiceOffered = offered;
    }

    boolean isChoiceOffered() {
        return choiceOffered;
    }

    void done() {
        context.success();
    }
}
