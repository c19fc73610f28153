package org.twofactor.keycloak.rest;

import org.keycloak.models.ClientModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.representations.AccessToken;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.token.PartialTokens.PartialToken;
import org.twofactor.keycloak.token.SudoTokens.Sudo;

/** Who is at the REST door, and by which kind of token. */
sealed interface Caller {

    UserModel user();

    ClientModel client();

    /** By an access token of Keycloak's. */
    record Access(
            UserModel user, ClientModel client, UserSessionModel userSession, AccessToken token, boolean managesAccount)
            implements Caller {}

    /** By a partial auth token: the password was right, and nothing more. */
    record Partial(Secret handle, PartialToken token) implements Caller {
        @Override
        public UserModel user() {
            return token.user();
        }

        @Override
        public ClientModel client() {
            return token.client();
        }
    }

    /** By a sudo token, or, with 2FA off, an access token that stands in for one. */
    record Present(UserModel user, ClientModel client, UserSessionModel userSession, boolean bySudoToken)
            implements Caller {
        static Present by(Sudo sudo) {
            return new Present(sudo.user(), sudo.client(), sudo.userSession(), true);
        }

        static Present by(Access access) {
            return new Present(access.user(), access.client(), access.userSession(), false);
        }
    }

    /** By a refresh token of Keycloak's. */
    record Refresh(UserModel user, ClientModel client, UserSessionModel userSession, Secret token) implements Caller {}

    /** Without a token, where none is asked for. */
    record Anybody(ClientModel client) implements Caller {
        @Override
        public UserModel user() {
            return null;
        }
    }
}
