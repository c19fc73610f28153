package org.twofactor.keycloak.authenticator.enrolment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.keycloak.events.EventType;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.authenticator.LeftToRight;
import org.twofactor.keycloak.authenticator.ProvedFactor;
import org.twofactor.keycloak.factor.EmailOtp;
import org.twofactor.keycloak.factor.RecoveryCodes;
import org.twofactor.keycloak.mail.MailStyle;
import org.twofactor.keycloak.mail.MaskedAddress;

/**
 * Asks for a second factor before anything is changed: one of those that the user has, whichever is at hand. Guesses go
 * through the engine, and so past the guard that every door shares. A mail leaves when the user asks for it.
 */
final class SudoStep {
    private static final String PAGE = "two-factor-confirm";

    private static final String ASKED = "confirm-by";

    void show(Visit visit) {
        Optional<FactorId> asked = asked(visit);
        if (asked.isEmpty()) {
            // 2FA is on by something that only Keycloak's own log-in can ask for.
            new Page(visit, Page.NOT_AVAILABLE).show();
            return;
        }
        Page page = page(visit, asked.get());
        if (asked.get() == FactorId.EMAIL_OTP && visit.factors().emailOtp().hasFailed(visit.user())) {
            page.wrong(Message.NOT_SENT);
        }
        page.show();
    }

    /** @param given what to do once a second factor was given */
    void posted(Visit visit, Runnable given) {
        Optional<FactorId> asked = asked(visit);
        if (!visit.isFrom(PAGE) || asked.isEmpty()) {
            show(visit);
        } else if (visit.field("another").isPresent()) {
            visit.field("another")
                    .flatMap(FactorId::ofWireName)
                    .ifPresent(other -> visit.note(ASKED, other.wireName()));
            show(visit);
        } else if (asked.get() == FactorId.EMAIL_OTP && visit.field("send").isPresent()) {
            send(visit);
        } else {
            verify(visit, asked.get(), given);
        }
    }

    private void send(Visit visit) {
        EmailOtp emailOtp = visit.factors().emailOtp();
        boolean again = emailOtp.isChallenged(visit.user(), visit.now());
        Optional<Message> problem = emailOtp.challenge(visit.user(), MailStyle.of(visit.session()), visit.now())
                .flatMap(dispatch -> dispatch.through(new MailDoor(visit, "challenge")));
        if (problem.isEmpty()) {
            if (again) {
                visit.say(Message.of("two-factor-email-otp-form-resent", address(visit)));
            }
            show(visit);
        } else {
            page(visit, FactorId.EMAIL_OTP).wrong(problem.get()).show();
        }
    }

    private void verify(Visit visit, FactorId factor, Runnable given) {
        if (visit.code(factor).isEmpty()) {
            page(visit, factor).wrong(Page.CODE, visit.codeProblem(factor)).show();
            return;
        }
        visit.factors()
                .of(factor)
                .verify(visit.user(), visit.code(factor).get(), visit.now())
                .through(new CodeDoor(
                        visit,
                        CodeDoor.Attempt.toAuthenticate(factor),
                        () -> {
                            remember(visit, factor);
                            given.run();
                        },
                        message -> page(visit, factor).wrong(Page.CODE, message),
                        () -> show(visit)));
    }

    private static void remember(Visit visit, FactorId factor) {
        visit.event(EventType.CUSTOM_REQUIRED_ACTION, factor, "authenticate").success();
        ProvedFactor.mark(visit.session(), visit.authentication(), visit.settings(), factor);
        visit.forget(ASKED);
        if (factor == FactorId.RECOVERY_CODE) {
            int left = visit.factors().recoveryCodes().remainingByNow(visit.user());
            if (left <= RecoveryCodes.FEW) {
                visit.say(Message.of("two-factor-recovery-code-form-remaining", left));
            }
        }
    }

    private static Page page(Visit visit, FactorId factor) {
        List<String> others = visit.factors().usable(visit.user()).stream()
                .filter(other -> other != factor)
                .map(FactorId::wireName)
                .toList();
        Page page = new Page(visit, PAGE).with("factor", factor.wireName()).with("others", others);
        if (factor == FactorId.EMAIL_OTP) {
            EmailOtp emailOtp = visit.factors().emailOtp();
            Duration wait =
                    emailOtp.untilNextChallenge(visit.user(), visit.now()).orElse(Duration.ZERO);
            page.mailed(address(visit), wait).with("isMailed", emailOtp.isChallenged(visit.user(), visit.now()));
        }
        return page;
    }

    private static Optional<FactorId> asked(Visit visit) {
        List<FactorId> usable = visit.factors().usable(visit.user());
        return visit.note(ASKED)
                .flatMap(FactorId::ofWireName)
                .filter(usable::contains)
                .or(() -> usable.stream().findFirst());
    }

    private static String address(Visit visit) {
        return visit.factors()
                .emailOtp()
                .address(visit.user())
                .map(MaskedAddress::of)
                .map(LeftToRight::of)
                .orElse("");
    }
}
