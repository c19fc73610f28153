package org.twofactor.keycloak.authenticator.enrolment;

import java.util.List;
import java.util.Optional;
import org.keycloak.authentication.otp.OTPApplicationProvider;
import org.keycloak.models.OTPPolicy;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.Factors;
import org.twofactor.keycloak.factor.Totp.Others;
import org.twofactor.keycloak.factor.TotpSetUp;

/**
 * Sets up an authenticator app. The seed stays in the engine, where a user has one set-up at a time, whichever door began
 * it; a page shows and confirms only the one that this tab began. Otherwise somebody who knows the password could begin
 * one elsewhere and have the victim confirm it, and would know the victim's seed.
 */
final class TotpStep implements EnrolStep {
    private static final String PAGE = "two-factor-enrol-totp";

    /** Tells the set-up that this tab began from any other, without telling the seed. */
    private static final String BEGUN = "totp-set-up";

    private static final String DEVICE_NAME = "deviceName";
    /** What is to become of the apps that there are. To keep them loses nothing, so that it takes a word to replace them. */
    private static final String OTHERS = "others";

    private static final String REPLACE = "replace";
    private static final int LONGEST_DEVICE_NAME = 64;

    @Override
    public Factor factor(Factors factors) {
        return factors.totp();
    }

    @Override
    public void show(Visit visit) {
        page(visit, begun(visit).orElseGet(() -> begin(visit))).show();
    }

    @Override
    public void posted(Visit visit, Runnable enrolled) {
        if (!visit.isFrom(PAGE)) {
            show(visit);
            return;
        }
        Optional<TotpSetUp> setUp = begun(visit);
        Optional<Secret> code = visit.code(FactorId.TOTP)
                .filter(typed -> setUp.isEmpty()
                        || typed.reveal().length() == setUp.get().digits());
        if (setUp.isEmpty()) {
            lapsed(visit);
        } else if (code.isEmpty()) {
            page(visit, setUp.get())
                    .wrong(Page.CODE, visit.codeProblem(FactorId.TOTP))
                    .show();
        } else {
            visit.factors()
                    .totp()
                    .enable(
                            visit.user(),
                            visit.twoFactorOn(),
                            code.get(),
                            nameToKnowItBy(visit),
                            isToReplace(visit) ? Others.REPLACED : Others.KEPT,
                            visit.now())
                    .through(new CodeDoor(
                            visit,
                            CodeDoor.Attempt.toEnable(FactorId.TOTP),
                            () -> {
                                visit.forget(BEGUN);
                                enrolled.run();
                            },
                            message -> page(visit, setUp.get()).wrong(Page.CODE, message),
                            () -> lapsed(visit)));
        }
    }

    private static void lapsed(Visit visit) {
        page(visit, begin(visit)).wrong(Message.EXPIRED).show();
    }

    private static Optional<TotpSetUp> begun(Visit visit) {
        return visit.factors()
                .totp()
                .pending(visit.user(), visit.twoFactorOn(), visit.now())
                .filter(setUp ->
                        visit.note(BEGUN).filter(setUp.seed().digest()::equals).isPresent());
    }

    private static TotpSetUp begin(Visit visit) {
        // Nobody with 2FA on gets here without a second factor.
        TotpSetUp setUp = visit.factors().totp().setUp(visit.user(), visit.twoFactorOn(), visit.now());
        visit.note(BEGUN, setUp.seed().digest());
        return setUp;
    }

    private static boolean isToReplace(Visit visit) {
        return visit.field(OTHERS).filter(REPLACE::equals).isPresent();
    }

    /** Beside others, a device without a name could not be told from them. */
    private static Optional<String> nameToKnowItBy(Visit visit) {
        boolean isFirst =
                isToReplace(visit) || visit.factors().totp().names(visit.user()).isEmpty();
        return deviceName(visit).or(() -> isFirst ? Optional.empty() : Optional.of(nameless(visit)));
    }

    private static String nameless(Visit visit) {
        return visit.context().form().getMessage("two-factor-totp-display-name");
    }

    private static List<String> names(Visit visit) {
        return visit.factors().totp().names(visit.user()).stream()
                .map(name -> name.isBlank() ? nameless(visit) : name)
                .toList();
    }

    private static Page page(Visit visit, TotpSetUp setUp) {
        OTPPolicy policy = visit.context().getRealm().getOTPPolicy();
        Page page = new Page(visit, PAGE)
                .with("key", setUp.key().reveal())
                .with("uri", setUp.uri().reveal())
                .with(OTHERS, names(visit))
                .with("hasRoom", visit.factors().totp().hasRoom(visit.user()))
                .with(REPLACE, isToReplace(visit))
                .with("algorithm", setUp.algorithm())
                .with("digits", setUp.digits())
                .with("period", setUp.period().toSeconds())
                .with("apps", apps(visit, policy))
                .with(DEVICE_NAME, deviceName(visit).orElse(""));
        // Without the picture there are the link and the key.
        QrCode.of(setUp.uri()).ifPresent(png -> page.with("qrCode", png));
        return page;
    }

    private static List<String> apps(Visit visit, OTPPolicy policy) {
        return visit.session().getAllProviders(OTPApplicationProvider.class).stream()
                .filter(app -> app.supports(policy))
                .map(OTPApplicationProvider::getName)
                .sorted()
                .toList();
    }

    private static Optional<String> deviceName(Visit visit) {
        return visit.field(DEVICE_NAME)
                .map(name -> name.codePoints()
                        .filter(letter -> !Character.isISOControl(letter))
                        .limit(LONGEST_DEVICE_NAME)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
    }
}
