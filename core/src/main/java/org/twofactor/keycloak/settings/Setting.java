package org.twofactor.keycloak.settings;

import java.util.Optional;

/**
 * One setting each: its name, default and rule, and what the admin console says of it.
 *
 * <p>They are the configuration of the required action {@code CONFIGURE_TWO_FACTOR}; an empty value means the default.
 */
public enum Setting {
    METHODS(
            "methods",
            Rule.listOf("totp", "email-otp"),
            "totp,email-otp",
            "Methods",
            "Factors that may be enrolled and used, comma separated. Recovery codes come with either."),
    EMAIL_WITHOUT_ENROLMENT(
            "emailWithoutEnrolment",
            Rule.flag(),
            "false",
            "Email without enrolment",
            "Whether the verified address of an account is a second factor of its user, at every door, without a set-up."),
    LOGIN_CLIENT(
            "loginClient",
            Rule.optionalText(),
            "",
            "Login client",
            "Client ID of the public client that /auth/login logs in to. It needs direct access grants."),
    ALLOWED_CLIENTS(
            "allowedClients",
            Rule.optionalText(),
            "",
            "Allowed clients",
            "Client IDs, comma separated, whose access tokens may call the API without the audience 'account'."),
    SUDO_LIFESPAN(
            "sudoLifespan", Rule.between(1, 900), "300", "Sudo token lifespan", "Seconds that a sudo token lives."),
    PARTIAL_LIFESPAN(
            "partialLifespan",
            Rule.between(1, 600),
            "300",
            "Partial auth token lifespan",
            "Seconds between the password and the second factor."),
    CODE_LIFESPAN("codeLifespan", Rule.between(1, 600), "600", "Mail code lifespan", "Seconds that a mail code lives."),
    CODE_GUESSES(
            "codeGuesses", Rule.between(1, 10), "5", "Guesses per mail code", "Guesses that one mail code stands."),
    PENDING_TOTP_LIFESPAN(
            "pendingTotpLifespan",
            Rule.between(1, 600),
            "600",
            "TOTP set-up lifespan",
            "Seconds between setting TOTP up and confirming it."),
    FREE_GUESSES(
            "freeGuesses", Rule.between(1, 10), "5", "Free guesses", "Wrong guesses in a row before the first wait."),
    FIRST_WAIT(
            "firstWait",
            Rule.between(1, 3600),
            "30",
            "First wait",
            "Seconds to wait after the last free guess. Each further wrong guess doubles it."),
    LONGEST_WAIT(
            "longestWait", Rule.between(60, 86_400), "3600", "Longest wait", "Seconds that the doubling stops at."),
    LOCK_AFTER(
            "lockAfter",
            Rule.between(10, 100),
            "100",
            "Lock after",
            "Wrong guesses in a row that lock the factor until it is set up anew or an admin deletes the lock."),
    MAIL_INTERVAL(
            "mailInterval",
            Rule.between(0, 3600),
            "60",
            "Mail interval",
            "Seconds between two code mails of one user and purpose."),
    MAILS_PER_HOUR(
            "mailsPerHour", Rule.between(1, 1000), "10", "Mails per hour", "Code mails per user and per destination."),
    MAILS_PER_DAY(
            "mailsPerDay", Rule.between(1, 10_000), "40", "Mails per day", "Code mails per user and per destination."),
    RESET_MAILS_PER_HOUR(
            "resetMailsPerHour",
            Rule.between(1, 1000),
            "5",
            "Reset mails per hour",
            "Password reset mails per submitted address."),
    RESET_MAILS_PER_DAY(
            "resetMailsPerDay",
            Rule.between(1, 10_000),
            "10",
            "Reset mails per day",
            "Password reset mails per submitted address."),
    RESET_GUESSES_PER_DAY(
            "resetGuessesPerDay",
            Rule.between(1, 1000),
            "50",
            "Reset guesses per day",
            "Guesses at password reset codes per account."),
    RESET_FAILURES_PER_HOUR(
            "resetFailuresPerHour",
            Rule.between(10, 5000),
            "200",
            "Reset failures per hour",
            "Wrong password reset codes in the whole realm, after which devices without an earlier log-in have to wait."),
    FORBIDDEN_MAIL_DOMAINS(
            "forbiddenMailDomains",
            Rule.domains(),
            "",
            "Forbidden mail domains",
            "Domains, comma separated, that email transfer and password reset refuse, subdomains too."),
    MAIL_ORIGINS(
            "mailOrigins",
            Rule.pairs(),
            "",
            "Mail origins",
            "What the query parameter 'origin' may name, and the email theme that it stands for."),
    CODE_IN_SUBJECT(
            "codeInSubject",
            Rule.flag(),
            "false",
            "Code in the subject",
            "Whether the code stands in the subject of the mail too."),
    NOTICES("notices", Rule.flag(), "true", "Notices", "Whether users get a mail about each change of their factors."),
    END_OTHER_SESSIONS(
            "endOtherSessions",
            Rule.flag(),
            "true",
            "End other sessions",
            "Whether a change or reset of the password ends the user's other sessions."),
    METHODS_ATTRIBUTE(
            "methodsAttribute",
            Rule.flag(),
            "true",
            "Attribute twoFactorMethods",
            "Whether the user attribute twoFactorMethods says what each user has enrolled, for admins to search by."),
    TOTP_LEVEL(
            "totpLevel", Rule.between(1, 100), "2", "TOTP level", "Level of authentication (acr) that TOTP reaches."),
    EMAIL_OTP_LEVEL(
            "emailOtpLevel",
            Rule.between(1, 100),
            "2",
            "Email OTP level",
            "Level of authentication (acr) that email OTP reaches."),
    RECOVERY_CODE_LEVEL(
            "recoveryCodeLevel",
            Rule.between(1, 100),
            "2",
            "Recovery code level",
            "Level of authentication (acr) that a recovery code reaches.");

    private final String key;
    private final Rule rule;
    private final String defaultValue;
    private final String label;
    private final String help;

    Setting(String key, Rule rule, String defaultValue, String label, String help) {
        this.key = key;
        this.rule = rule;
        this.defaultValue = defaultValue;
        this.label = label;
        this.help = help;
    }

    public String key() {
        return key;
    }

    public String defaultValue() {
        return defaultValue;
    }

    public String label() {
        return label;
    }

    /** What the admin console shows, the range included. */
    public String help() {
        return rule.sentence().isEmpty() ? help : help + " " + rule.sentence() + ".";
    }

    public boolean isFlag() {
        return rule.isFlag();
    }

    /** A sentence that says what to write instead, or empty where the value is fine. An empty value always is. */
    public Optional<String> complaint(String value) {
        return value.isBlank() || rule.allows(value.strip())
                ? Optional.empty()
                : Optional.of("%s (%s): %s, not '%s'".formatted(label, key, lowerFirst(rule.sentence()), value));
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
