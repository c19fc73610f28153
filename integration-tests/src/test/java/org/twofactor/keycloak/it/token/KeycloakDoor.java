package org.twofactor.keycloak.it.token;

import static org.twofactor.keycloak.it.realm.TestClients.BACKEND;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Api;
import org.twofactor.keycloak.it.realm.TestRealm;

/** Doors of Keycloak itself, and the kinds of tokens that they open to. */
enum KeycloakDoor {
    /** Lightweight tokens only where the client's settings say so, which they don't as they come. */
    USER_INFO(TokenKind.living("ACCESS"), TokenKind.ACCESS_LIGHTWEIGHT, TokenKind.ACCESS_OF_SERVICE_ACCOUNT) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return OidcClient.of(realm).userInfo(token).status() == 200;
        }
    },
    /** Keycloak calls more active than one would think: whatever it has signed that names a client. Ours never. */
    INTROSPECTION(TokenKind.living("ACCESS", "REFRESH", "ID", "ACTION"), TokenKind.IDENTITY_COOKIE) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return isActive(realm.introspect(token, Map.of()));
        }
    },
    INTROSPECTION_OF_SUDO_TOKENS(TokenKind.living("SUDO")) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return isActive(realm.introspect(token, Map.of("token_type_hint", "sudo_token")));
        }
    },
    REFRESH_GRANT(TokenKind.living("REFRESH")) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return OidcClient.of(realm).refresh(token).status() == 200;
        }
    },
    TOKEN_EXCHANGE(
            TokenKind.living("ACCESS"),
            TokenKind.ACCESS_LIGHTWEIGHT,
            TokenKind.ACCESS_OF_ALLOWED_CLIENT,
            TokenKind.ACCESS_WITHOUT_AUDIENCE) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return realm.token(
                                    BACKEND,
                                    Map.of(
                                            "grant_type",
                                            "urn:ietf:params:oauth:grant-type:token-exchange",
                                            "subject_token",
                                            token,
                                            "subject_token_type",
                                            "urn:ietf:params:oauth:token-type:access_token"))
                            .status()
                    == 200;
        }
    },
    ACCOUNT_API(
            TokenKind.living("ACCESS"),
            TokenKind.ACCESS_OF_ALLOWED_CLIENT,
            TokenKind.ACCESS_WITHOUT_AUDIENCE,
            TokenKind.ACCESS_OF_SERVICE_ACCOUNT) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return realm.api()
                            .get("/account/")
                            .bearer(token)
                            .header("Accept", "application/json")
                            .send()
                            .status()
                    == 200;
        }
    },
    ADMIN_API(Set.of(TokenKind.ACCESS, TokenKind.ACCESS_LIGHTWEIGHT, TokenKind.ACCESS_OF_OFFLINE_SESSION)) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return server.get("/admin/realms/" + realm.name() + "/users/count")
                            .bearer(token)
                            .send()
                            .status()
                    == 200;
        }
    },
    CLIENT_REGISTRATION(Set.of(TokenKind.INITIAL_ACCESS)) {
        @Override
        boolean opens(TestRealm realm, Api server, String token) {
            return realm.api()
                            .post("/clients-registrations/default")
                            .bearer(token)
                            .json("{}")
                            .send()
                            .status()
                    == 201;
        }
    };

    private final Set<TokenKind> open;

    /** @param but those of them that it does not open to */
    KeycloakDoor(Set<TokenKind> open, TokenKind... but) {
        this.open = open.stream().filter(kind -> !List.of(but).contains(kind)).collect(Collectors.toUnmodifiableSet());
    }

    abstract boolean opens(TestRealm realm, Api server, String token);

    boolean isFor(TokenKind kind) {
        return open.contains(kind);
    }

    private static boolean isActive(Answer answer) {
        return answer.status() == 200 && answer.json().path("active").booleanValue();
    }
}
