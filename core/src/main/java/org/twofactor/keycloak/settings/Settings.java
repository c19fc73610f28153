package org.twofactor.keycloak.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.twofactor.keycloak.FactorId;

/**
 * The settings of one realm, immutable and always usable: of a value that breaks its rule (it can come in by a realm
 * import or a configuration tool, since Keycloak has those checked by nobody) the default holds instead.
 */
public final class Settings {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final Map<Setting, String> values;

    private Settings(Map<Setting, String> values) {
        this.values = values;
    }

    /** As {@link #of(Map, Map)}, with our own defaults alone. */
    public static Settings of(Map<String, String> configured) {
        return of(configured, Map.of());
    }

    /**
     * @param configured by {@link Setting#key}; what is missing, blank or breaks its rule takes the default
     * @param defaults by the same, over our own; none of them breaks its rule
     */
    public static Settings of(Map<String, String> configured, Map<String, String> defaults) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String value = configured.getOrDefault(setting.key(), "");
            boolean holds = !value.isBlank() && setting.complaint(value).isEmpty();
            values.put(setting, holds ? value.strip() : fallback(defaults, setting.key()));
        }
        return new Settings(values).withoutContradictions(defaults);
    }

    /** What holds where a realm has set nothing, or nothing that may be. */
    static String fallback(Map<String, String> defaults, String key) {
        return defaults.getOrDefault(key, ofKey(key).defaultValue());
    }

    private static Setting ofKey(String key) {
        return Stream.of(Setting.values())
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    /** Sentences that say what to write instead; none where the configuration is fine. */
    public static List<Complaint> complaints(Map<String, String> configured) {
        List<Complaint> complaints = new ArrayList<>();
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String value = configured.getOrDefault(setting.key(), "");
            Optional<String> complaint = setting.complaint(value);
            complaint.ifPresent(it -> complaints.add(new Complaint(setting.key(), it)));
            values.put(setting, value.isBlank() || complaint.isPresent() ? setting.defaultValue() : value.strip());
        }
        complaints.addAll(new Settings(values).complaintsBetween());
        return complaints;
    }

    public Set<FactorId> methods() {
        return Rule.items(text(Setting.METHODS))
                .flatMap(name -> FactorId.ofWireName(name).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the realm lets the factor be enrolled and used; recovery codes come with any other. */
    public boolean allows(FactorId factor) {
        return factor == FactorId.RECOVERY_CODE || methods().contains(factor);
    }

    /** Whether the verified address of an account is a second factor without having been set up. */
    public boolean emailWithoutEnrolment() {
        return flag(Setting.EMAIL_WITHOUT_ENROLMENT) && allows(FactorId.EMAIL_OTP);
    }

    public Optional<String> loginClient() {
        return Optional.of(text(Setting.LOGIN_CLIENT)).filter(id -> !id.isEmpty());
    }

    public Set<String> allowedClients() {
        return Rule.items(text(Setting.ALLOWED_CLIENTS))
                .filter(id -> !id.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    public Duration sudoLifespan() {
        return seconds(Setting.SUDO_LIFESPAN);
    }

    public Duration partialLifespan() {
        return seconds(Setting.PARTIAL_LIFESPAN);
    }

    public Duration pendingTotpLifespan() {
        return seconds(Setting.PENDING_TOTP_LIFESPAN);
    }

    public GuessPolicy guessPolicy() {
        return new GuessPolicy(
                number(Setting.FREE_GUESSES),
                seconds(Setting.FIRST_WAIT),
                seconds(Setting.LONGEST_WAIT),
                OptionalInt.of(number(Setting.LOCK_AFTER)));
    }

    public Duration codeLifespan() {
        return seconds(Setting.CODE_LIFESPAN);
    }

    /** Guesses that one mail code stands. */
    public int codeGuesses() {
        return number(Setting.CODE_GUESSES);
    }

    /** Between two code mails of one user and purpose, or of one submitted address. */
    public Limit mailInterval() {
        return new Limit(1, seconds(Setting.MAIL_INTERVAL));
    }

    /** Code mails per user, and per destination. */
    public List<Limit> mailLimits() {
        return List.of(new Limit(number(Setting.MAILS_PER_HOUR), HOUR), new Limit(number(Setting.MAILS_PER_DAY), DAY));
    }

    /** Password reset mails per submitted address. */
    public List<Limit> resetMailLimits() {
        return List.of(
                mailInterval(),
                new Limit(number(Setting.RESET_MAILS_PER_HOUR), HOUR),
                new Limit(number(Setting.RESET_MAILS_PER_DAY), DAY));
    }

    /** Guesses at password reset codes per submitted address. */
    public Limit resetGuessLimit() {
        return new Limit(number(Setting.RESET_GUESSES_PER_DAY), DAY);
    }

    /** Wrong guesses at password reset codes in the whole realm, from devices that are not known. */
    public Limit resetFailureLimit() {
        return new Limit(number(Setting.RESET_FAILURES_PER_HOUR), HOUR);
    }

    /** Whether the realm wants no mail to that address: its domain is forbidden, or lies below one that is. */
    public boolean forbidsMailTo(String address) {
        String domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return Rule.items(text(Setting.FORBIDDEN_MAIL_DOMAINS))
                .map(forbidden -> forbidden.toLowerCase(Locale.ROOT))
                .filter(forbidden -> !forbidden.isEmpty())
                .anyMatch(forbidden -> domain.equals(forbidden) || domain.endsWith("." + forbidden));
    }

    /** The email theme that the realm has given an origin; empty for an origin that it does not know. */
    public Optional<String> mailTheme(String origin) {
        return Rule.items(text(Setting.MAIL_ORIGINS))
                .filter(pair -> pair.startsWith(origin + "="))
                .map(pair -> pair.substring(origin.length() + 1))
                .findFirst();
    }

    public boolean codeInSubject() {
        return flag(Setting.CODE_IN_SUBJECT);
    }

    /** Whether users are told of changes by mail. */
    public boolean notices() {
        return flag(Setting.NOTICES);
    }

    /** Whether a change or reset of the password ends the user's other sessions. */
    public boolean endsOtherSessions() {
        return flag(Setting.END_OTHER_SESSIONS);
    }

    /** Whether the user attribute {@code twoFactorMethods} mirrors what each user has enrolled. */
    public boolean mirrorsMethods() {
        return flag(Setting.METHODS_ATTRIBUTE);
    }

    /** The level of authentication (acr) that a factor reaches. */
    public int level(FactorId factor) {
        return switch (factor) {
            case TOTP -> number(Setting.TOTP_LEVEL);
            case EMAIL_OTP -> number(Setting.EMAIL_OTP_LEVEL);
            case RECOVERY_CODE -> number(Setting.RECOVERY_CODE_LEVEL);
        };
    }

    private List<Complaint> complaintsBetween() {
        List<Complaint> complaints = new ArrayList<>();
        for (Pair pair : Pair.ORDERED) {
            if (number(pair.smaller()) > number(pair.larger())) {
                complaints.add(new Complaint(
                        pair.smaller().key(),
                        "%s (%s): write a number no larger than %s (%s), which is %s"
                                .formatted(
                                        pair.smaller().label(),
                                        pair.smaller().key(),
                                        pair.larger().label(),
                                        pair.larger().key(),
                                        text(pair.larger()))));
            }
        }
        if (flag(Setting.EMAIL_WITHOUT_ENROLMENT) && !allows(FactorId.EMAIL_OTP)) {
            complaints.add(new Complaint(
                    Setting.EMAIL_WITHOUT_ENROLMENT.key(),
                    "%s (%s): write false, or add email-otp to %s (%s)"
                            .formatted(
                                    Setting.EMAIL_WITHOUT_ENROLMENT.label(),
                                    Setting.EMAIL_WITHOUT_ENROLMENT.key(),
                                    Setting.METHODS.label(),
                                    Setting.METHODS.key())));
        }
        return complaints;
    }

    /** Of two that contradict each other neither holds. */
    private Settings withoutContradictions(Map<String, String> defaults) {
        Map<Setting, String> mended = new EnumMap<>(values);
        for (Pair pair : Pair.ORDERED) {
            if (number(pair.smaller()) > number(pair.larger())) {
                mended.put(pair.smaller(), fallback(defaults, pair.smaller().key()));
                mended.put(pair.larger(), fallback(defaults, pair.larger().key()));
            }
        }
        return new Settings(mended);
    }

    private String text(Setting setting) {
        return values.get(setting);
    }

    private int number(Setting setting) {
        return Integer.parseInt(text(setting));
    }

    private boolean flag(Setting setting) {
        return Boolean.parseBoolean(text(setting));
    }

    private Duration seconds(Setting setting) {
        return Duration.ofSeconds(number(setting));
    }

    /** What is wrong with the setting of that key, as a sentence that says what to write instead. */
    public record Complaint(String key, String sentence) {}

    /** Two settings of which one must not exceed the other. */
    private record Pair(Setting smaller, Setting larger) {
        static final List<Pair> ORDERED = List.of(
                new Pair(Setting.FIRST_WAIT, Setting.LONGEST_WAIT),
                new Pair(Setting.MAILS_PER_HOUR, Setting.MAILS_PER_DAY),
                new Pair(Setting.RESET_MAILS_PER_HOUR, Setting.RESET_MAILS_PER_DAY));
    }
}
