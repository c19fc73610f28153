package org.twofactor.keycloak.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.representations.idm.EventRepresentation;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Jwt;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.api.RawHttp;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** The tools of the other integration tests do what those rely on. When this fails, look here first. */
@KeycloakTest
class HarnessIT {

    private final KeycloakServer server;
    private final TestRealm realm;

    HarnessIT(KeycloakServer server, TestRealm realm) {
        this.server = server;
        this.realm = realm;
    }

    @Test
    void theServerIsReadyAndMeasuresItself() throws Exception {
        assertThat(get(URI.create(server.managementUrl() + "/health/ready"))).contains("UP");
        assertThat(get(URI.create(server.managementUrl() + "/metrics"))).contains("jvm_memory");
    }

    @Test
    void ourJarIsDeployed(Keycloak admin) {
        assertThat(admin.serverInfo()
                        .getInfo()
                        .getProviders()
                        .get("realm-restapi-extension")
                        .getProviders())
                .containsKeys("user", "auth", "v1", "test-support");
    }

    /** Shading its own output would leave old classes in the JAR, and every test here would test those. */
    @Test
    void ourJarHoldsTheClassesJustBuilt() throws IOException {
        try (JarFile deployed = new JarFile(System.getProperty("kc.jars").split(",", -1)[0])) {
            URL module = getClass().getClassLoader().getResource("org/twofactor/keycloak/rest/openapi.yaml");
            assertThat(module).as("rest-resources is on the class path").isNotNull();
            try (JarFile built = ((JarURLConnection) module.openConnection()).getJarFile()) {
                for (JarEntry entry : Collections.list(built.entries())) {
                    if (entry.getName().startsWith("org/") && !entry.isDirectory()) {
                        assertThat(deployed.getEntry(entry.getName()))
                                .as("%s in the deployed JAR; if it is old, mvn clean", entry.getName())
                                .isNotNull()
                                .extracting(ZipEntry::getCrc)
                                .isEqualTo(entry.getCrc());
                    }
                }
            }
        }
    }

    @Test
    void aUserOfTheRealmGetsTokens() {
        Answer answer = realm.directGrant(realm.newUser());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().required("expires_in").intValue()).isBetween(299, 300);
        assertThat(IssuedSecrets.all()).containsKey(answer.field("access_token"));
    }

    @Test
    void theClockMovesTheServerAndComesBack(ServerClock clock) {
        TestUser user = realm.newUser();
        clock.advance(Duration.ofDays(2));
        assertThat(Jwt.of(realm.accessToken(user)).time("exp"))
                .isBetween(clock.now(), clock.now().plusSeconds(301));
        assertThat(realm.user(user).toRepresentation().getUsername())
                .as("the admin client follows the clock")
                .isEqualTo(user.username());
        clock.close();
        assertThat(Jwt.of(realm.accessToken(user)).time("exp"))
                .isBefore(Instant.now().plusSeconds(301));
    }

    @Test
    void mailArrives(Inbox inbox) {
        TestUser user = realm.newUser();
        realm.user(user).executeActionsEmail(List.of("UPDATE_PASSWORD"));
        Mail mail = inbox.next(user.email());
        assertThat(mail.subject()).isEqualTo("Update Your Account");
        assertThat(mail.links()).anySatisfy(link -> assertThat(link).startsWith(server.url() + "/realms/"));
    }

    @Test
    void eventsAreKept() {
        TestUser user = realm.newUser();
        assertThat(realm.directGrant(user).status()).isEqualTo(200);
        assertThat(realm.events(user)).extracting(EventRepresentation::getType).contains("LOGIN");
    }

    @Test
    void settingsReachOurRequiredAction(NewRealm newRealm) {
        TestRealm other = newRealm.create();
        other.settings(Map.of("codeLifespan", "300"));
        assertThat(other.settings()).containsEntry("loginClient", "app").containsEntry("codeLifespan", "300");
    }

    @Test
    void sqlGoesPastTheCaches(Backdoor backdoor) {
        TestUser user = realm.newUser();
        assertThat(backdoor.update("update USER_ENTITY set FIRST_NAME = 'Moved' where ID = '" + user.id() + "'"))
                .isEqualTo(1);
        assertThat(realm.user(user).toRepresentation().getFirstName()).isEqualTo("Moved");
        assertThat(backdoor.select("select USERNAME, FIRST_NAME from USER_ENTITY where ID = '" + user.id() + "'"))
                .containsExactly(List.of(user.username(), "Moved"));
    }

    @Test
    void theLogCanBeTurnedUpAndIsOneFile(Backdoor backdoor) throws IOException {
        backdoor.logLevel("org.keycloak.events", "TRACE");
        backdoor.logLevel("org.keycloak.authentication", "TRACE");
        TestUser user = realm.newUser();
        assertThat(realm.directGrant(user).status()).isEqualTo(200);
        backdoor.logLevel("org.keycloak.events", "INFO");
        backdoor.logLevel("org.keycloak.authentication", "INFO");
        assertThat(Files.readString(server.log())).contains(user.id()).containsPattern("(DEBUG|TRACE) ");
    }

    @Test
    void whatNoClientWouldSendCanBeSent() {
        Answer answer = RawHttp.to(server.url(), "BREW /realms/" + realm.name() + " HTTP/1.1")
                .header("Authorization: Bearer one")
                .header("Authorization: Bearer two")
                .send();
        assertThat(answer.status()).isBetween(400, 499);
    }

    @Test
    void parallelMeansAtOnce() {
        AtomicInteger inside = new AtomicInteger();
        List<Integer> seen = Parallel.run(20, inside::incrementAndGet);
        assertThat(seen).hasSize(20).doesNotHaveDuplicates();
    }

    private static String get(URI uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
