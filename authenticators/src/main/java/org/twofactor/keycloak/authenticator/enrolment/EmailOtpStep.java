package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.Optional;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.authenticator.LeftToRight;
import org.twofactor.keycloak.factor.EmailOtp;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.mail.MailAddress;
import org.twofactor.keycloak.mail.MailStyle;

/**
 * Sets up codes by mail: an address, then the code that was sent there, which proves that the mailbox is the user's. A
 * mail leaves when the user asks for it, and never because a page is shown.
 */
final class EmailOtpStep implements EnrolStep {
    private static final String ADDRESS_PAGE = "two-factor-enrol-email-otp";
    private static final String CODE_PAGE = "two-factor-enrol-email-otp-code";

    private static final String EMAIL = "email";
    private static final int LONGEST_ADDRESS = 256;

    /** The address that this tab has sent a code to. */
    private static final String MAILED_TO = "email-otp-set-up";

    @Override
    public Factor factor(Factors factors) {
        return factors.emailOtp();
    }

    @Override
    public void show(Visit visit) {
        Page page = mailedTo(visit).map(address -> codePage(visit, address)).orElseGet(() -> addressPage(visit));
        if (visit.note(MAILED_TO).isPresent() && visit.factors().emailOtp().hasSetUpFailed(visit.user())) {
            page.wrong(Message.NOT_SENT);
        }
        page.show();
    }

    @Override
    public void posted(Visit visit, Runnable enrolled) {
        if (visit.isFrom(ADDRESS_PAGE)) {
            addressPosted(visit);
        } else if (!visit.isFrom(CODE_PAGE)) {
            show(visit);
        } else {
            mailedTo(visit)
                    .ifPresentOrElse(
                            address -> codePosted(visit, address, enrolled),
                            () -> addressPage(visit).wrong(Message.EXPIRED).show());
        }
    }

    private void addressPosted(Visit visit) {
        Optional<String> address = visit.field(EMAIL).filter(text -> isAddress(visit, text));
        if (address.isEmpty()) {
            addressPage(visit)
                    .wrong(EMAIL, Message.of("two-factor-enrol-email-otp-invalid"))
                    .show();
            return;
        }
        Optional<Message> problem = send(visit, address.get());
        if (problem.isEmpty()) {
            show(visit);
        } else if (mailedTo(visit).filter(address.get()::equals).isPresent()) {
            // It is on its way already, as after the back button.
            codePage(visit, address.get()).wrong(problem.get()).show();
        } else {
            addressPage(visit).wrong(EMAIL, problem.get()).show();
        }
    }

    private void codePosted(Visit visit, String address, Runnable enrolled) {
        if (visit.field("other-address").isPresent()) {
            visit.forget(MAILED_TO);
            addressPage(visit).with(EMAIL, address).show();
        } else if (visit.field("send").isPresent()) {
            resend(visit, address);
        } else if (visit.code(FactorId.EMAIL_OTP).isEmpty()) {
            codePage(visit, address)
                    .wrong(Page.CODE, visit.codeProblem(FactorId.EMAIL_OTP))
                    .show();
        } else {
            visit.factors()
                    .emailOtp()
                    .enable(
                            visit.user(),
                            visit.twoFactorOn(),
                            visit.code(FactorId.EMAIL_OTP).get(),
                            visit.now())
                    .through(new CodeDoor(
                            visit,
                            CodeDoor.Attempt.toEnable(FactorId.EMAIL_OTP),
                            () -> {
                                visit.forget(MAILED_TO);
                                enrolled.run();
                            },
                            message -> codePage(visit, address).wrong(Page.CODE, message),
                            () -> addressPage(visit).wrong(Message.EXPIRED).show()));
        }
    }

    private void resend(Visit visit, String address) {
        Optional<Message> problem = send(visit, address);
        if (problem.isPresent()) {
            codePage(visit, address).wrong(problem.get()).show();
        } else {
            visit.say(Message.of("two-factor-email-otp-form-resent", LeftToRight.of(address)));
            codePage(visit, address).show();
        }
    }

    private static Optional<Message> send(Visit visit, String address) {
        if (!visit.settings().allows(FactorId.EMAIL_OTP)) {
            return Optional.of(Message.NOT_AVAILABLE);
        }
        // Nobody with 2FA on gets here without a second factor.
        EmailOtp emailOtp = visit.factors().emailOtp();
        Optional<Message> problem = emailOtp.setUp(
                        visit.user(), address, visit.twoFactorOn(), MailStyle.of(visit.session()), visit.now())
                .through(new MailDoor(visit, "setup"));
        if (problem.isEmpty()) {
            visit.note(MAILED_TO, address);
        }
        return problem;
    }

    /** The address that a code could still prove, where this tab and no other has sent it there. */
    private static Optional<String> mailedTo(Visit visit) {
        return visit.factors()
                .emailOtp()
                .pendingAddress(visit.user(), visit.twoFactorOn())
                .filter(address -> visit.note(MAILED_TO).filter(address::equals).isPresent());
    }

    private static Page addressPage(Visit visit) {
        String address = visit.field(EMAIL)
                .or(() -> Optional.ofNullable(visit.user().getEmail()))
                .orElse("");
        return new Page(visit, ADDRESS_PAGE).with(EMAIL, address);
    }

    private static Page codePage(Visit visit, String address) {
        Duration wait = visit.factors().emailOtp().untilNextSetUpMail(visit.user(), address, visit.now());
        return new Page(visit, CODE_PAGE).mailed(LeftToRight.of(address), wait);
    }

    private static boolean isAddress(Visit visit, String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_ADDRESS
                && MailAddress.isDeliverable(visit.context().getRealm(), text);
    }
}
