package org.twofactor.keycloak.it.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.twofactor.keycloak.it.realm.TestClients.APP;
import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;
import static org.twofactor.keycloak.it.realm.TestClients.NO_ACCOUNT;
import static org.twofactor.keycloak.it.realm.TestClients.OTHER_APP;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.keycloak.representations.idm.ClientInitialAccessCreatePresentation;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.ProtocolMapperRepresentation;
import org.keycloak.representations.idm.RealmRepresentation;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** One token of every {@link TokenKind}, and the realm with the clients and users that they come from. */
final class Wallet {
    /** Its tokens have no audience, but the realm's settings name it. */
    private static final String ALLOWED = "allowed";

    private final Map<TokenKind, String> tokens = new EnumMap<>(TokenKind.class);
    private final TestRealm realm;

    private Wallet(TestRealm realm) {
        this.realm = realm;
    }

    static Wallet fill(NewRealm newRealm, NewRealm another, ServerClock clock, Inbox inbox) {
        TestRealm realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW)
                .with(Wallet::prepare)
                .settings(Map.of("allowedClients", ALLOWED))
                .create();
        TestRealm elsewhere =
                another.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        Wallet wallet = new Wallet(realm);
        wallet.addExpired(clock);
        wallet.addOfTwoFactorUser(AccountRights.of(realm));
        wallet.addSudo();
        wallet.addOfOthers(AccountRights.of(realm));
        wallet.addOfOtherRealm(Enrolled.withTotp(elsewhere));
        wallet.addKeycloaksOwn(inbox);
        return wallet;
    }

    TestRealm realm() {
        return realm;
    }

    String get(TokenKind kind) {
        return tokens.get(kind);
    }

    private static void prepare(RealmRepresentation realm) {
        List<ClientRepresentation> clients = new ArrayList<>(realm.getClients());
        for (ClientRepresentation client : realm.getClients()) {
            switch (client.getClientId()) {
                case APP -> client.setProtocolMappers(with(audience(BACKEND), client.getProtocolMappers()));
                case OTHER_APP -> client.setAttributes(Map.of("client.use.lightweight.access.token.enabled", "true"));
                case BACKEND ->
                    client.setAttributes(Map.of(
                            "standard.token.exchange.enabled", "true",
                            "allow.token.introspection.without.audience.check", "true"));
                default -> {}
            }
        }
        ClientRepresentation allowed = new ClientRepresentation();
        allowed.setClientId(ALLOWED);
        allowed.setPublicClient(true);
        allowed.setDirectAccessGrantsEnabled(true);
        allowed.setFullScopeAllowed(false);
        clients.add(allowed);
        realm.setClients(clients);
    }

    private static ProtocolMapperRepresentation audience(String clientId) {
        ProtocolMapperRepresentation mapper = new ProtocolMapperRepresentation();
        mapper.setName("audience");
        mapper.setProtocol("openid-connect");
        mapper.setProtocolMapper("oidc-audience-mapper");
        mapper.setConfig(Map.of("included.client.audience", clientId, "access.token.claim", "true"));
        return mapper;
    }

    private static <T> List<T> with(T one, List<T> others) {
        List<T> all = new ArrayList<>(others);
        all.add(one);
        return all;
    }

    /** Made six minutes ago: by now they are over, and their sessions are not. */
    private void addExpired(ServerClock clock) {
        clock.moveTo(Duration.ofMinutes(-6));
        Enrolled user = Enrolled.withTotp(realm);
        Answer login = user.logIn();
        tokens.put(TokenKind.ACCESS_EXPIRED, login.field("accessToken"));
        tokens.put(TokenKind.SUDO_EXPIRED, login.field("sudoToken"));
        tokens.put(TokenKind.PARTIAL_EXPIRED, user.partialToken());
        clock.close();
    }

    private void addOfTwoFactorUser(AccountRights rights) {
        Enrolled user = Enrolled.withTotp(realm);
        rights.grant(user.user(), "realm-management", "query-users", "view-users");
        Answer login = user.logIn();
        tokens.put(TokenKind.ACCESS, login.field("accessToken"));
        tokens.put(TokenKind.REFRESH, login.field("refreshToken"));
        tokens.put(
                TokenKind.ACCESS_LIGHTWEIGHT, logIn(user, OTHER_APP, "openid").field("accessToken"));
        tokens.put(
                TokenKind.ACCESS_OF_ALLOWED_CLIENT,
                logIn(user, ALLOWED, "openid").field("accessToken"));
        tokens.put(
                TokenKind.ACCESS_WITHOUT_AUDIENCE,
                logIn(user, NO_ACCOUNT, "openid").field("accessToken"));
        Answer offline = logIn(user, APP, "openid offline_access");
        tokens.put(TokenKind.ACCESS_OF_OFFLINE_SESSION, offline.field("accessToken"));
        tokens.put(TokenKind.REFRESH_OFFLINE, offline.field("refreshToken"));
        tokens.put(TokenKind.PARTIAL, user.partialToken());
        tokens.put(TokenKind.PARTIAL_OF_DIRECT_GRANT, DirectGrant.partialToken(realm, APP, user.user()));
        tokens.put(TokenKind.PARTIAL_OF_CONFIDENTIAL_CLIENT, DirectGrant.partialToken(realm, BACKEND, user.user()));
        tokens.put(
                TokenKind.ID,
                realm.directGrant(APP, user.user(), Map.of("totp", user.device().code()))
                        .field("id_token"));
    }

    /** Of a user of their own: they take 2FA off at one of the doors. */
    private void addSudo() {
        Enrolled user = Enrolled.withTotp(realm);
        tokens.put(TokenKind.SUDO, user.sudoToken());
        tokens.put(
                TokenKind.SUDO_OF_LIGHTWEIGHT_CLIENT,
                logIn(user, OTHER_APP, "openid").field("sudoToken"));
        tokens.put(
                TokenKind.SUDO_OF_OFFLINE_SESSION,
                logIn(user, APP, "openid offline_access").field("sudoToken"));
        tokens.put(
                TokenKind.SUDO_WITHOUT_RIGHTS, logIn(user, NO_ACCOUNT, "openid").field("sudoToken"));
    }

    private void addOfOthers(AccountRights rights) {
        Answer plain = realm.directGrant(realm.newUser());
        tokens.put(TokenKind.ACCESS_WITH_2FA_OFF, plain.field("access_token"));
        tokens.put(TokenKind.REFRESH_WITH_2FA_OFF, plain.field("refresh_token"));
        Enrolled reader = Enrolled.withTotp(realm);
        rights.readOnly(reader.user());
        tokens.put(TokenKind.ACCESS_OF_READER, reader.logIn().field("accessToken"));
        tokens.put(
                TokenKind.ACCESS_OF_SERVICE_ACCOUNT,
                realm.token(BACKEND, Map.of("grant_type", "client_credentials")).field("access_token"));
    }

    private void addOfOtherRealm(Enrolled user) {
        Answer login = user.logIn();
        tokens.put(TokenKind.ACCESS_OF_OTHER_REALM, login.field("accessToken"));
        tokens.put(TokenKind.REFRESH_OF_OTHER_REALM, login.field("refreshToken"));
        tokens.put(TokenKind.SUDO_OF_OTHER_REALM, login.field("sudoToken"));
        tokens.put(TokenKind.PARTIAL_OF_OTHER_REALM, user.partialToken());
    }

    /** Signed with keys of this realm, for other purposes. */
    private void addKeycloaksOwn(Inbox inbox) {
        TestUser user = realm.newUser();
        tokens.put(
                TokenKind.INITIAL_ACCESS,
                realm.admin()
                        .clientInitialAccess()
                        .create(new ClientInitialAccessCreatePresentation(3600, 100))
                        .getToken());
        tokens.put(
                TokenKind.REGISTRATION_ACCESS,
                realm.admin()
                        .clients()
                        .get(OidcClient.of(realm).uuid())
                        .regenerateRegistrationAccessToken()
                        .getRegistrationAccessToken());
        realm.user(user).executeActionsEmail(List.of("UPDATE_PASSWORD"));
        String link = inbox.next(user.email()).links().get(0);
        String key = link.replaceAll(".*[?&]key=([^&]+).*", "$1");
        tokens.put(TokenKind.ACTION, URLDecoder.decode(key, StandardCharsets.UTF_8));
        tokens.put(TokenKind.IDENTITY_COOKIE, new Browser(realm).identityCookie(user));
    }

    private Answer logIn(Enrolled user, String clientId, String scope) {
        Answer answer = user.totp(
                DirectGrant.partialToken(realm, clientId, user.user(), Map.of("scope", scope)),
                user.device().code());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }
}
