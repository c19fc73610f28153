package org.twofactor.keycloak.authenticator.enrolment;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.keycloak.events.EventType;
import org.keycloak.models.RealmModel;
import org.twofactor.keycloak.FactorId;
import org.twofactor.keycloak.code.Secret;

/**
 * Hands recovery codes out. A set is in the one answer that made it and nowhere else: whoever loses that page, by a
 * reload or otherwise, makes new codes, and the lost ones are dead.
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html">NIST SP 800-63B-4 4.2.1.1 Saved Recovery Codes</a>
 */
final class CodesStep {
    private static final String CODES_PAGE = "two-factor-recovery-codes";
    private static final String MAKE_PAGE = "two-factor-recovery-codes-make";
    private static final String SET = "set";
    private static final String MADE = "codes-made";
    private static final int GROUP = 4;

    /** Offers to make codes; and to go on, where that is all that is missing and some were shown before. */
    void show(Visit visit, boolean isAwaited) {
        makePage(visit, isAwaited).show();
    }

    /** Shows codes that were just made: the one time. */
    void showNew(Visit visit, List<Secret> codes) {
        String set = visit.factors().recoveryCodes().setId(visit.user()).orElseThrow();
        new CodesToSave(visit).shown(set);
        visit.note(MADE, set);
        Page page = new Page(visit, CODES_PAGE);
        page.with("codes", codes.stream().map(CodesStep::groups).toList())
                .with(SET, set)
                .with("file", file(visit, page, codes))
                .show();
    }

    /** Whether this action has made the codes that wait to be saved, in this tab. */
    static boolean areMadeHere(Visit visit) {
        Optional<String> set = new CodesToSave(visit).set();
        return set.isPresent() && set.equals(visit.note(MADE));
    }

    /** Makes codes if that is what was asked for. */
    void posted(Visit visit, boolean isAwaited) {
        if (visit.isFrom(MAKE_PAGE) && visit.field("make").isPresent()) {
            List<Secret> codes = visit.enrolment().resetRecoveryCodes(visit.user(), visit.now());
            visit.event(EventType.UPDATE_CREDENTIAL, FactorId.RECOVERY_CODE, "reset")
                    .success();
            showNew(visit, codes);
        } else {
            Page page = makePage(visit, isAwaited);
            if (isFromHere(visit) && visit.field("finish").isPresent()) {
                // Another tab has made others since.
                page.wrong(Message.EXPIRED);
            }
            page.show();
        }
    }

    /**
     * Whether somebody says that the codes are saved, and means those that wait for it. That takes no second factor, however
     * long it took: nobody knows the set who has not seen its page.
     */
    boolean isFinish(Visit visit) {
        Optional<String> set = new CodesToSave(visit).set();
        return isFromHere(visit)
                && visit.field("finish").isPresent()
                && set.isPresent()
                && set.equals(visit.field(SET));
    }

    /** Ends the action, if the box is ticked. */
    void finish(Visit visit) {
        if (visit.field("saved").isEmpty()) {
            makePage(visit, true)
                    .wrong("saved", Message.of("two-factor-recovery-codes-saved-missing"))
                    .show();
        } else {
            new CodesToSave(visit).saved();
            visit.done();
        }
    }

    private static boolean isFromHere(Visit visit) {
        return visit.isFrom(CODES_PAGE) || visit.isFrom(MAKE_PAGE);
    }

    private static Page makePage(Visit visit, boolean isAwaited) {
        Page page = new Page(visit, MAKE_PAGE)
                .with("replaces", visit.factors().recoveryCodes().isActive(visit.user()));
        new CodesToSave(visit).set().filter(set -> isAwaited).ifPresent(set -> page.with(SET, set));
        return page;
    }

    private static List<String> groups(Secret code) {
        return List.of(code.reveal().split("(?<=\\G.{" + GROUP + "})"));
    }

    /** What is written into a file: a title, the codes, the day. */
    private static String file(Visit visit, Page page, List<Secret> codes) {
        RealmModel realm = visit.context().getRealm();
        String realmName =
                realm.getDisplayName() == null || realm.getDisplayName().isBlank()
                        ? realm.getName()
                        : realm.getDisplayName();
        Locale locale = visit.session().getContext().resolveLocale(visit.user());
        String day = DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(locale)
                .format(visit.now().atOffset(ZoneOffset.UTC));
        StringBuilder text = new StringBuilder(page.text(Message.of(
                        "two-factor-recovery-codes-file-title", visit.user().getUsername(), realmName)))
                .append("\r\n\r\n");
        codes.forEach(code -> text.append(code.reveal()).append("\r\n"));
        return text.append("\r\n")
                .append(page.text(Message.of("two-factor-recovery-codes-file-date", day)))
                .append("\r\n")
                .toString();
    }
}
