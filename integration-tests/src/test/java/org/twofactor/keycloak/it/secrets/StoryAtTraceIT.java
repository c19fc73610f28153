package org.twofactor.keycloak.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.KeycloakServer;
import org.twofactor.keycloak.it.story.Device;
import org.twofactor.keycloak.it.story.Enrolled;

/** The whole story with the log of Keycloak and ours at TRACE, down to the six digits. */
@KeycloakTest
class StoryAtTraceIT {
    private static final List<String> CATEGORIES = List.of("org.keycloak", "org.twofactor");

    private final TestRealm realm;
    private final KeycloakServer server;
    private final Backdoor backdoor;

    StoryAtTraceIT(NewRealm newRealm, KeycloakServer server, Backdoor backdoor) {
        this.realm = newRealm.otpPolicy("HmacSHA1", 6, 30, Device.WINDOW).create();
        this.server = server;
        this.backdoor = backdoor;
    }

    @Test
    void S58_noCodeIsInTheLogAtAnyLevel() throws IOException {
        int before = log().length();
        CATEGORIES.forEach(category -> backdoor.logLevel(category, "TRACE"));
        List<String> codes;
        try {
            codes = story();
        } finally {
            CATEGORIES.forEach(category -> backdoor.logLevel(category, "INFO"));
        }
        String story = log().substring(before);
        assertThat(story).as("the log is at TRACE").contains(" TRACE ");
        assertThat(codes)
                .hasSizeGreaterThan(8)
                .allSatisfy(code -> assertThat(story)
                        .doesNotContainPattern("(?<![0-9A-Za-z])" + Pattern.quote(code) + "(?![0-9A-Za-z])"));
    }

    private List<String> story() {
        Enrolled user = Enrolled.withTotp(realm);
        String sudoCode = user.device().code();
        String sudo = user.totp(user.accessToken(), sudoCode).field("sudoToken");
        String loginCode = user.device().code();
        Answer tokens = user.totp(user.partialToken(), loginCode);
        String used = user.recoveryCode();
        user.recoveryCode(user.accessToken(), used);
        user.recoveryCode(user.accessToken(), used);
        String wrong = user.device().wrongCode();
        user.totp(user.accessToken(), wrong);
        String inline = user.device().code();
        realm.directGrant("app", user.user(), Map.of("totp", inline));
        String broken = user.device().code();
        realm.api()
                .post("/user/2fa/totp/authenticate")
                .bearer(user.accessToken())
                .json("{\"totp\":\"" + broken + "\" and no end")
                .send();
        realm.introspect(sudo, Map.of("token_type_hint", "sudo_token"));
        realm.introspect(sudo, Map.of());
        List<String> reset = Enrolled.texts(realm.api()
                .post("/user/2fa/recovery-code/reset")
                .bearer(sudo)
                .json("{}")
                .send());
        String refresh = tokens.field("refreshToken");
        realm.api().get("/auth/accesstoken").bearer(refresh).send();
        realm.api().post("/auth/logout").bearer(refresh).send();
        return List.of(
                sudoCode,
                loginCode,
                used,
                inline,
                broken,
                reset.get(0),
                reset.get(9),
                sudo,
                refresh,
                tokens.field("accessToken"),
                user.user().password());
    }

    private String log() throws IOException {
        return Files.readString(server.log(), StandardCharsets.UTF_8);
    }
}
