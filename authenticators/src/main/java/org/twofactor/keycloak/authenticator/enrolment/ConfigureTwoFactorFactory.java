package org.twofactor.keycloak.authenticator.enrolment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.keycloak.Config;
import org.keycloak.authentication.RequiredActionFactory;
import org.keycloak.authentication.RequiredActionProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RequiredActionConfigModel;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.userprofile.ValidationException;
import org.keycloak.validate.ValidationError;
import org.twofactor.keycloak.factor.AccountEmail;
import org.twofactor.keycloak.settings.RealmSettings;
import org.twofactor.keycloak.settings.Setting;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.settings.Settings.Complaint;
import org.twofactor.keycloak.token.LoginClient;

/**
 * {@link ConfigureTwoFactor} for Keycloak, and the settings of the realm: Authentication, Required actions, the gear.
 *
 * <p>What an admin saves is checked as a whole, and refused with a sentence that says what to write.
 */
public final class ConfigureTwoFactorFactory implements RequiredActionFactory, RealmSettings.ServerDefaults {
    private static final Logger LOG = Logger.getLogger(ConfigureTwoFactorFactory.class);
    private static final RequiredActionProvider ACTION = new ConfigureTwoFactor();

    private Map<String, String> serverDefaults = Map.of();

    @Override
    public String getId() {
        return RealmSettings.REQUIRED_ACTION;
    }

    @Override
    public String getDisplayText() {
        return "Set up two-factor authentication";
    }

    @Override
    public RequiredActionProvider create(KeycloakSession session) {
        return ACTION;
    }

    @Override
    public List<ProviderConfigProperty> getConfigMetadata() {
        return Stream.of(Setting.values())
                .map(ConfigureTwoFactorFactory::property)
                .toList();
    }

    @Override
    public void validateConfig(KeycloakSession session, RealmModel realm, RequiredActionConfigModel model) {
        Map<String, String> configured = new HashMap<>();
        if (model.getConfig() != null) {
            model.getConfig().forEach((key, value) -> configured.put(key, value == null ? "" : value));
        }
        List<Complaint> complaints = new ArrayList<>(Settings.complaints(configured));
        if (complaints.isEmpty()) {
            complaints.addAll(
                    realmComplaints(realm, RealmSettings.of(session, realm), Settings.of(configured, serverDefaults)));
        }
        if (!complaints.isEmpty()) {
            ValidationException.ValidationExceptionBuilder refusal =
                    new ValidationException.ValidationExceptionBuilder();
            complaints.forEach(it -> refusal.accept(new ValidationError(getId(), it.key(), it.sentence())));
            throw refusal.build();
        }
    }

    private static List<Complaint> realmComplaints(RealmModel realm, Settings before, Settings settings) {
        List<Complaint> complaints = new ArrayList<>();
        settings.loginClient()
                .flatMap(id -> LoginClient.complaint(realm, id))
                .ifPresent(it ->
                        complaints.add(new Complaint(Setting.LOGIN_CLIENT.key(), "Login client (loginClient): " + it)));
        settings.allowedClients().stream()
                .filter(id -> realm.getClientByClientId(id) == null)
                .sorted()
                .forEach(id -> complaints.add(new Complaint(
                        Setting.ALLOWED_CLIENTS.key(),
                        "Allowed clients (allowedClients): write client IDs of this realm; it has no client '" + id
                                + "'")));
        // What an import has brought in is warned of, and hinders no other change.
        if (before.emailWithoutEnrolment() && !settings.emailWithoutEnrolment() && AccountEmail.isAskedFor(realm)) {
            complaints.add(new Complaint(
                    Setting.EMAIL_WITHOUT_ENROLMENT.key(),
                    "Email without enrolment (emailWithoutEnrolment): write true, or first take the step"
                            + " 'Two-factor: email code without enrolment' out of the realm's flows"));
        }
        return complaints;
    }

    private static ProviderConfigProperty property(Setting setting) {
        return new ProviderConfigProperty(
                setting.key(),
                setting.label(),
                setting.help(),
                setting.isFlag() ? ProviderConfigProperty.BOOLEAN_TYPE : ProviderConfigProperty.STRING_TYPE,
                setting.defaultValue());
    }

    /** Server-wide defaults: an option for each setting, such as {@code first-wait}. A bad one stops the server. */
    @Override
    public void init(Config.Scope config) {
        Map<String, String> given = new HashMap<>();
        for (Setting setting : Setting.values()) {
            Optional.ofNullable(config.get(setting.key())).ifPresent(value -> given.put(setting.key(), value));
        }
        List<Complaint> complaints = Settings.complaints(given);
        if (!complaints.isEmpty()) {
            throw new IllegalArgumentException("two-factor options: "
                    + complaints.stream().map(Complaint::sentence).collect(Collectors.joining("; ")));
        }
        if (!given.isEmpty()) {
            LOG.infof("server-wide two-factor defaults: %s", given);
        }
        serverDefaults = Map.copyOf(given);
    }

    @Override
    public Map<String, String> serverDefaults() {
        return serverDefaults;
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Nothing to prepare.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
