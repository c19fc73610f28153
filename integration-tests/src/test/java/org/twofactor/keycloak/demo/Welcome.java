package org.twofactor.keycloak.demo;

import java.time.Duration;
import org.twofactor.keycloak.demo.DemoRealm.DemoUser;

/** What the demo prints when it is ready: where to go, who to be, what to type. */
final class Welcome {

    private Welcome() {}

    static String text(DemoSettings settings, DemoRealm realm, String admin, Duration took) {
        String base = settings.url() + "/realms/" + realm.name();
        StringBuilder text = new StringBuilder();
        text.append("""

                  Ready after %d s. Stop it with Ctrl-C; what you changed is there again at the next start.

                  Log in           %s/account
                  Mails            %s
                  A phone          %s/phone
                  Admin console    %s/admin/  (%s / %s)
                  API description  %s/user/openapi.json
                  Keycloak's log   %s

                """.formatted(
                        took.toSeconds(),
                        base,
                        settings.inboxUrl(),
                        settings.inboxUrl(),
                        settings.url(),
                        admin,
                        admin,
                        base,
                        settings.logAsSeen()));
        for (DemoUser user : realm.users()) {
            text.append("  %-10s password %-18s %s%n"
                    .formatted(
                            user.name(),
                            user.password(),
                            user.totpSecret().isEmpty()
                                    ? "no authenticator app yet"
                                    : "authenticator app, secret " + user.totpSecret()));
        }
        realm.users().stream()
                .filter(user -> user.totpSecret().isEmpty())
                .findFirst()
                .ifPresent(user -> text.append("""

                  The same over REST:
                    BASE=%s
                    REFRESH=$(curl -s $BASE/auth/login -H 'Content-Type: application/json' \\
                      -d '{"username":"%s","password":"%s"}')
                    ACCESS=$(curl -s $BASE/auth/accesstoken -H "Authorization: Bearer $REFRESH")
                    URL=$(curl -s $BASE/user/2fa/totp/setup -H "Authorization: Bearer $ACCESS" \\
                      -H 'Content-Type: application/json' -d '{}' | cut -d'"' -f4)
                    curl $BASE/user/2fa/totp/enable -H "Authorization: Bearer $ACCESS" \\
                      -H 'Content-Type: application/json' -d "{\\"totp\\":\\"$(curl -s %s/phone -d "$URL")\\"}"
                  The README goes on from here.
                """.formatted(base, user.name(), user.password(), settings.inboxUrl())));
        return text.toString();
    }
}
