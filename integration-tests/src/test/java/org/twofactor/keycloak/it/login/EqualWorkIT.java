package org.twofactor.keycloak.it.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;

/** A password costs the same work whoever's it is, counted in hashes and not in milliseconds. */
@KeycloakTest
class EqualWorkIT {
    private final TestRealm realm;
    private final Backdoor backdoor;

    EqualWorkIT(NewRealm newRealm, KeycloakServer server) {
        this.realm = newRealm.passwordPolicy("hashAlgorithm(counted) and hashIterations(100)")
                .create();
        this.backdoor = new Backdoor(server);
        realm.addDirectory();
    }

    @Test
    void S70_everyPasswordCostsOneHashWhoeversItIs() {
        TestUser known = realm.newUser();
        TestUser disabled = realm.newUser(it -> it.setEnabled(false));
        TestUser withoutPassword = realm.newUser(it -> it.setCredentials(List.of()));
        TestUser directory = TestRealm.directoryUser();
        Map<String, String[]> tries = new LinkedHashMap<>();
        tries.put("known, wrong", new String[] {known.username(), "wrong"});
        tries.put("known, right", new String[] {known.username(), known.password()});
        tries.put("unknown", new String[] {"nobody-" + known.username(), "wrong"});
        tries.put("disabled, wrong", new String[] {disabled.username(), "wrong"});
        tries.put("disabled, right", new String[] {disabled.username(), disabled.password()});
        tries.put("without a password", new String[] {withoutPassword.username(), "wrong"});
        tries.put("directory, wrong", new String[] {directory.username(), "wrong"});
        tries.put("directory, right", new String[] {directory.username(), directory.password()});
        tries.put("client's own", new String[] {"service-account-backend", "wrong"});
        Map<String, Long> work = new LinkedHashMap<>();
        tries.forEach((who, credentials) -> work.put(who, hashesOf(credentials[0], credentials[1])));
        assertThat(work).allSatisfy((who, hashes) -> assertThat(hashes).as(who).isEqualTo(1));
    }

    private long hashesOf(String username, String password) {
        long before = backdoor.hashes();
        Answer answer = realm.api()
                .post("/auth/login")
                .json(Map.of("username", username, "password", password))
                .send();
        assertThat(answer.status()).isIn(200, 401);
        return backdoor.hashes() - before;
    }
}
