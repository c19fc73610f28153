package org.twofactor.keycloak.it.browser;

import java.util.function.Function;
import java.util.function.Supplier;
import org.twofactor.keycloak.it.mail.Inbox;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.EmailEnrolled;
import org.twofactor.keycloak.it.story.Enrolled;

/** A user whose log-in leads to one of our pages, with right and wrong codes for it: whatever the page, the same story. */
final class Visitor {
    private final TestUser user;
    private final Function<Tab, CodePage> way;
    private final Supplier<String> rightCode;
    private final Supplier<String> wrongCode;
    private final Runnable forgetting;

    private Visitor(
            TestUser user,
            Function<Tab, CodePage> way,
            Supplier<String> rightCode,
            Supplier<String> wrongCode,
            Runnable forgetting) {
        this.user = user;
        this.way = way;
        this.rightCode = rightCode;
        this.wrongCode = wrongCode;
        this.forgetting = forgetting;
    }

    static Visitor withApp(TestRealm realm) {
        Enrolled user = Enrolled.withTotp(realm);
        return new Visitor(user.user(), CodePage::in, user.device()::code, user.device()::wrongCode, () -> {});
    }

    /** Who has an app as well and takes the other way. */
    static Visitor withPaper(TestRealm realm) {
        Enrolled user = Enrolled.withTotp(realm);
        return new Visitor(user.user(), Visitor::otherWay, user::recoveryCode, () -> "A".repeat(16), () -> {});
    }

    static Visitor withMailbox(TestRealm realm, Inbox inbox) {
        EmailEnrolled user = EmailEnrolled.in(realm, inbox);
        return reading(inbox, user.user());
    }

    /** Who has enrolled nothing. */
    static Visitor withAccount(TestRealm realm, Inbox inbox) {
        return reading(inbox, realm.newUser());
    }

    private static Visitor reading(Inbox inbox, TestUser user) {
        String[] current = new String[1];
        Supplier<String> code = () -> {
            if (current[0] == null) {
                current[0] = EmailEnrolled.code(inbox, user.email());
            }
            return current[0];
        };
        return new Visitor(
                user, CodePage::in, code, () -> EmailEnrolled.otherThan(code.get()), () -> current[0] = null);
    }

    private static CodePage otherWay(Tab tab) {
        // Without scripts it is a button on the page itself.
        return tab.read("#try-another-way").isPresent()
                ? CodePage.in(CodePage.in(tab).tryAnotherWay().choose(ChoicePage.RECOVERY_CODES))
                : CodePage.in(tab.follow("button[name=authenticationExecution]"));
    }

    TestUser user() {
        return user;
    }

    /** Gives name and password, and goes to the page. */
    CodePage comes(Tab tab, TestRealm realm) {
        return comes(LoginPage.open(tab, realm).logIn(user));
    }

    /** Goes to the page from where name and password have led. */
    CodePage comes(Tab tab) {
        return way.apply(tab);
    }

    /** A mailed code is the same until {@link #forgetMail}. */
    String rightCode() {
        return rightCode.get();
    }

    String wrongCode() {
        return wrongCode.get();
    }

    /** From now on a mailed code is that of the next mail. */
    void forgetMail() {
        forgetting.run();
    }
}
