package org.twofactor.keycloak.it.bypass;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.mail.Mail;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;

/** Somebody with the phone in hand, the codes on paper and the mailbox open. */
final class Holder {
    private final Holding holding;
    private final Device device;
    private final List<String> recoveryCodes;
    private final Inbox inbox;
    private TestUser user;
    private int used;

    /** @param device null where there is none */
    Holder(TestUser user, Holding holding, Device device, List<String> recoveryCodes, Inbox inbox) {
        this.user = user;
        this.holding = holding;
        this.device = device;
        this.recoveryCodes = recoveryCodes;
        this.inbox = inbox;
    }

    TestUser user() {
        return user;
    }

    Holding holding() {
        return holding;
    }

    Device device() {
        return device;
    }

    /** Remembers another password. */
    void password(String password) {
        user = new TestUser(user.id(), user.username(), user.email(), password);
    }

    /** The next mail to this user that is wanted. */
    Mail mail(Predicate<Mail> wanted) {
        return inbox.next(user.email(), wanted);
    }

    /** The next mailed code. */
    String mailedCode() {
        return mail(Mail::hasCode).code();
    }

    /** Another right code of the app, where there is one. */
    Optional<String> appCode() {
        return Optional.ofNullable(device).map(Device::code);
    }

    /** A right code for the page, where the user has one; the page that comes of it. */
    Walk answer(Walk walk, Walk.Page page) {
        return switch (page) {
            case AUTHENTICATOR_APP -> walk.give(device.code());
            case RECOVERY_CODE -> walk.give(recoveryCodes.get(used++));
            case MAIL -> {
                if (!walk.has("name=\"code\"")) {
                    walk.submit(Map.of("send", "true"));
                }
                yield walk.has("name=\"code\"") ? walk.give(mailedCode()) : walk;
            }
        };
    }
}
