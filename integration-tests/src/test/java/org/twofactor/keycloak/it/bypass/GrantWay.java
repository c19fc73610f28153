package org.twofactor.keycloak.it.bypass;

import java.util.Map;
import java.util.Optional;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.grant.GrantClient;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;

/** A log-in by name and password without pages, and the door where its partial token is redeemed. */
abstract class GrantWay extends Way {

    GrantWay(TestRealm realm, Inbox inbox) {
        super(realm, inbox);
    }

    @Override
    final void bind(Placement placement) {
        realm().update(it -> it.setDirectGrantFlow(placement.grantFlow()));
    }

    /** Name and password. */
    abstract Answer logIn(Holder holder);

    /** The tokens of a log-in that was enough. */
    abstract Optional<Answer> tokens(Answer login);

    abstract Optional<String> partialToken(Answer login);

    abstract void challenge(String partial);

    /** The access token, where the code is accepted. */
    abstract Optional<String> redeem(String partial, boolean mailed, String code);

    @Override
    final Outcome go(Holder holder) {
        Answer login = logIn(holder);
        Optional<Answer> tokens = tokens(login);
        if (tokens.isPresent()) {
            return letIn(holder, tokens.get());
        }
        Optional<String> accessToken = partialToken(login).flatMap(partial -> secondFactor(holder, partial));
        accessToken.ifPresent(Way::assertClaimsASecondFactor);
        return accessToken.isPresent() ? Outcome.ASKED : Outcome.SHUT;
    }

    private Optional<String> secondFactor(Holder holder, String partial) {
        if (holder.holding() == Holding.MAIL) {
            challenge(partial);
            return redeem(partial, true, holder.mailedCode());
        }
        return holder.appCode().flatMap(code -> redeem(partial, false, code));
    }

    private static Optional<String> field(Answer answer, String name) {
        return answer.status() == 200 ? Optional.of(answer.field(name)) : Optional.empty();
    }

    /** The password grant at Keycloak's token endpoint, and our grant there for the second factor. */
    static final class OfPassword extends GrantWay {
        private final GrantClient client;

        OfPassword(TestRealm realm, Inbox inbox) {
            super(realm, inbox);
            this.client = GrantClient.confidential(realm);
        }

        @Override
        Answer logIn(Holder holder) {
            return realm().directGrant(TestClients.BACKEND, holder.user(), Map.of());
        }

        @Override
        Optional<Answer> tokens(Answer login) {
            return login.status() == 200 ? Optional.of(login) : Optional.empty();
        }

        @Override
        Optional<String> partialToken(Answer login) {
            return Optional.ofNullable(login.json().path("partial_auth_token").textValue());
        }

        @Override
        void challenge(String partial) {
            client.challenge(partial);
        }

        @Override
        Optional<String> redeem(String partial, boolean mailed, String code) {
            return field(client.redeem(partial, mailed ? "email-otp" : "totp", code), "access_token");
        }
    }

    /** {@code /auth/login}, and our REST API for the second factor. */
    static final class OfLogin extends GrantWay {
        OfLogin(TestRealm realm, Inbox inbox) {
            super(realm, inbox);
        }

        @Override
        Answer logIn(Holder holder) {
            return realm().api()
                    .post("/auth/login")
                    .json(Map.of(
                            "username",
                            holder.user().username(),
                            "password",
                            holder.user().password()))
                    .send();
        }

        @Override
        Optional<Answer> tokens(Answer login) {
            return login.status() == 200
                    ? Optional.of(realm().token(
                                    TestClients.APP,
                                    Map.of("grant_type", "refresh_token", "refresh_token", login.text())))
                    : Optional.empty();
        }

        @Override
        Optional<String> partialToken(Answer login) {
            return Optional.ofNullable(login.json().path("partialAuthToken").textValue());
        }

        @Override
        void challenge(String partial) {
            realm().api()
                    .post("/user/2fa/email-otp/challenge")
                    .bearer(partial)
                    .json("{}")
                    .send();
        }

        @Override
        Optional<String> redeem(String partial, boolean mailed, String code) {
            return field(
                    realm().api()
                            .post("/user/2fa/" + (mailed ? "email-otp" : "totp") + "/authenticate")
                            .bearer(partial)
                            .json(Map.of(mailed ? "otp" : "totp", code))
                            .send(),
                    "accessToken");
        }
    }
}
