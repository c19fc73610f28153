package org.twofactor.keycloak.it.support;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.keycloak.common.util.Time;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.twofactor.keycloak.budget.Budget;
import org.twofactor.keycloak.budget.Budget.Charge;
import org.twofactor.keycloak.budget.Budget.Entry;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.mailcode.MailCodes;
import org.twofactor.keycloak.mailcode.MailCodes.Bound;
import org.twofactor.keycloak.mailcode.MailCodes.Slot;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;

/** Weighs pending mail codes and the counts of mails, each as its class stores them, and takes them away again. */
final class PendingCodes {
    private static final int AT_ONCE = 1000;

    private final KeycloakSession session;
    private final Settings settings = Settings.of(Map.of());
    private final Instant now = Instant.ofEpochMilli(Time.currentTimeMillis());

    PendingCodes(KeycloakSession session) {
        this.session = session;
    }

    /** Bytes on the heap that so many codes take. */
    long costOfCodes(int count) {
        return cost(
                count,
                (own, user) -> new MailCodes(own, settings)
                        .issue(slot(user), new Bound(copy(user), address(user), false), now),
                (own, user) -> new MailCodes(own, settings).drop(slot(user)));
    }

    /** Bytes on the heap that one mail each of so many users takes, besides its code. */
    long costOfBudgets(int count) {
        return cost(
                count, (own, user) -> new Budget(KeycloakStore.of(own)).take(charges(own, user), now), (own, user) -> {
                    Budget budget = new Budget(KeycloakStore.of(own));
                    charges(own, user).forEach(charge -> budget.giveBack(new Entry(charge.account(), now), now));
                });
    }

    private long cost(
            int count, BiConsumer<KeycloakSession, String> make, BiConsumer<KeycloakSession, String> takeAway) {
        List<String> users = IntStream.range(0, count)
                .mapToObj(number -> UUID.randomUUID().toString())
                .toList();
        long before = usedHeap();
        forAll(users, make);
        long after = usedHeap();
        forAll(users, takeAway);
        return after - before;
    }

    private void forAll(List<String> users, BiConsumer<KeycloakSession, String> work) {
        String realmId = session.getContext().getRealm().getId();
        for (int from = 0; from < users.size(); from += AT_ONCE) {
            List<String> some = users.subList(from, Math.min(users.size(), from + AT_ONCE));
            KeycloakModelUtils.runJobInTransaction(session.getKeycloakSessionFactory(), own -> {
                own.getContext().setRealm(own.realms().getRealm(realmId));
                some.forEach(user -> work.accept(own, user));
            });
        }
    }

    private static Slot slot(String user) {
        return Slot.of(user, Purpose.CHALLENGE);
    }

    private List<Charge> charges(KeycloakSession own, String user) {
        RealmModel realm = own.getContext().getRealm();
        return List.of(
                new Charge(
                        BudgetKey.ofUserAndPurpose(realm, user, Purpose.CHALLENGE), List.of(settings.mailInterval())),
                new Charge(BudgetKey.ofUser(realm, user), settings.mailLimits()),
                new Charge(BudgetKey.ofProvedAddress(realm, address(user)), settings.mailLimits()));
    }

    private static String address(String user) {
        return user.substring(0, 18) + "@mail.example.org";
    }

    /** As it comes from the database: not the same object as the one in the key. */
    private static String copy(String user) {
        return new String(user.toCharArray());
    }

    private static long usedHeap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
