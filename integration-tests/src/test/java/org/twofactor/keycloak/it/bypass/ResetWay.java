package org.twofactor.keycloak.it.bypass;

import static org.twofactor.keycloak.it.realm.BrowserFlow.form;

import java.util.Map;
import java.util.UUID;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.NewRealm;
import org.twofactor.keycloak.it.realm.TestClients;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.secrets.IssuedSecrets;

/** Keycloak's "Forgot password?": a link by mail, then what the flow asks, then a new password. */
final class ResetWay extends PageWay {

    ResetWay(TestRealm realm, Inbox inbox) {
        super(realm, inbox);
    }

    static NewRealm prepare(NewRealm realm) {
        return Placement.pages(
                realm,
                "reset",
                form("reset-credentials-choose-user", "REQUIRED"),
                form("reset-credential-email", "REQUIRED"),
                form("reset-password", "REQUIRED"));
    }

    @Override
    void bind(Placement placement) {
        realm().update(it -> it.setResetCredentialsFlow(placement.flow("reset")));
    }

    @Override
    Walk withoutSecondFactor(Holder holder) {
        return byLink(realm(), holder);
    }

    static Walk byLink(TestRealm realm, Holder holder) {
        Walk walk = Walk.afresh().open(Walk.login(realm, TestClients.APP, Map.of()));
        walk.open(walk.link("/login-actions/reset-credentials"))
                .submit(Map.of("username", holder.user().username()));
        return walk.open(holder.mail(mail -> !mail.links().isEmpty()).links().get(0));
    }

    /** The new password, where it is asked for. */
    @Override
    Walk goOn(Walk walk, Holder holder) {
        return newPassword(walk, holder);
    }

    static Walk newPassword(Walk walk, Holder holder) {
        if (!walk.has("name=\"password-new\"")) {
            return walk;
        }
        String password = "Pw2-" + UUID.randomUUID();
        IssuedSecrets.add("password", password);
        holder.password(password);
        return walk.submit(Map.of("password-new", password, "password-confirm", password));
    }

    @Override
    Answer tokens(Walk walk) {
        return CodeWay.tokens(realm(), walk);
    }
}
