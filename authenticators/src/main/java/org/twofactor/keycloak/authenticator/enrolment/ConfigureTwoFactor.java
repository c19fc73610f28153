package org.twofactor.keycloak.authenticator.enrolment;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.twofactor.keycloak.FactorId;

/**
 * Required action "Set up two-factor authentication": choose a factor, enrol it, get the recovery codes. Its
 * configuration holds the realm's settings.
 *
 * <p>Demanded of a user who has 2FA on it is done, unless recovery codes were made for the user and never saved.
 */
final class ConfigureTwoFactor extends EnrolmentAction {
    private static final String PAGE = "two-factor-configure";
    private static final String CHOSEN = "chosen";

    private static final Map<FactorId, EnrolStep> STEPS =
            Map.of(FactorId.TOTP, new TotpStep(), FactorId.EMAIL_OTP, new EmailOtpStep());

    @Override
    boolean isDone(Visit visit) {
        boolean isDemandMet = !visit.isByApp() && visit.twoFactorOn();
        return enrolment.isDone(visit)
                || (isDemandMet && new CodesToSave(visit).set().isEmpty());
    }

    @Override
    void show(Visit visit) {
        if (isAwaitingCodes(visit)) {
            codes.show(visit, true);
        } else {
            chosen(visit).ifPresentOrElse(factor -> enrol(visit, factor), () -> choose(visit));
        }
    }

    @Override
    void posted(Visit visit) {
        Optional<FactorId> choice = visit.isFrom(PAGE)
                ? visit.field("factor").flatMap(FactorId::ofWireName).filter(offered(visit)::contains)
                : Optional.empty();
        if (isAwaitingCodes(visit)) {
            codes.posted(visit, true);
        } else if (choice.isPresent()) {
            visit.note(CHOSEN, choice.get().wireName());
            enrol(visit, choice.get());
        } else if (visit.field("choose").isPresent()) {
            visit.forget(CHOSEN);
            show(visit);
        } else {
            chosen(visit).ifPresentOrElse(factor -> enrolPosted(visit, factor), () -> choose(visit));
        }
    }

    /** With a factor on, be it from another log-in. */
    @Override
    boolean isAwaitingCodes(Visit visit) {
        return FactorEnrolment.isEnrolled(visit) || (!visit.isByApp() && visit.twoFactorOn());
    }

    private void enrol(Visit visit, FactorId factor) {
        visit.offerChoice(offered(visit).size() > 1);
        enrolment.show(visit, STEPS.get(factor));
    }

    private void enrolPosted(Visit visit, FactorId factor) {
        visit.offerChoice(offered(visit).size() > 1);
        enrolment.posted(visit, STEPS.get(factor));
    }

    private static void choose(Visit visit) {
        new Page(visit, PAGE)
                .with("factors", offered(visit).stream().map(FactorId::wireName).toList())
                .with("demanded", !visit.isByApp())
                .show();
    }

    private static Optional<FactorId> chosen(Visit visit) {
        List<FactorId> offered = offered(visit);
        return visit.note(CHOSEN)
                .flatMap(FactorId::ofWireName)
                .filter(offered::contains)
                .or(() -> offered.size() == 1 ? Optional.of(offered.get(0)) : Optional.empty());
    }

    private static List<FactorId> offered(Visit visit) {
        return Stream.of(FactorId.values())
                .filter(STEPS::containsKey)
                .filter(visit.settings()::allows)
                .toList();
    }
}
