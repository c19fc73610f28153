package org.twofactor.keycloak.mailcode;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.keycloak.common.util.SecretGenerator;
import org.keycloak.models.KeycloakSession;
import org.twofactor.keycloak.budget.BudgetKey;
import org.twofactor.keycloak.code.MailCode;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.settings.Settings;
import org.twofactor.keycloak.store.KeycloakStore;
import org.twofactor.keycloak.store.Store;
import org.twofactor.keycloak.store.StoreKey;

/**
 * The codes that are pending, one for each user and purpose: a new one replaces the old. A code stands only so many
 * guesses, each counted atomically before it is looked at, and is taken by one of all who give it right at the same
 * moment.
 *
 * <p>This counts the guesses at one code. How often a user may guess at all, whatever number of codes there was, is the
 * guard's business, or a budget's, and the caller's to ask.
 */
public final class MailCodes {
    private static final int ID_BYTES = 9;

    /** An expired code is known for as long again as it lived, so that it is called wrong and not unknown. */
    private static final int MEMORY_IN_LIFESPANS = 2;

    private final Store store;
    private final Keys keys;
    private final String realmId;
    private final Settings settings;

    public MailCodes(KeycloakSession session, Settings settings) {
        this(
                KeycloakStore.of(session),
                Keys.of(session),
                session.getContext().getRealm().getId(),
                settings);
    }

    MailCodes(Store store, Keys keys, String realmId, Settings settings) {
        this.store = store;
        this.keys = keys;
        this.realmId = realmId;
        this.settings = settings;
    }

    /** The realm's keys, under which codes are hashed. */
    interface Keys {
        RealmKey active();

        /** Empty once the realm has taken the key out of service. */
        Optional<RealmKey> ofId(String id);

        static Keys of(KeycloakSession session) {
            return new Keys() {
                @Override
                public RealmKey active() {
                    return RealmKey.active(session);
                }

                @Override
                public Optional<RealmKey> ofId(String id) {
                    return RealmKey.ofId(session, id);
                }
            };
        }
    }

    /**
     * Whose code, and for what.
     *
     * @param holder the user's id, or for what nobody has logged in to a hash of what was submitted
     */
    public record Slot(String holder, Purpose purpose) {
        public static Slot of(String userId, Purpose purpose) {
            return new Slot(userId, purpose);
        }

        /** For password resets: found by the address, before anybody has looked whether there is such a user. */
        public static Slot ofAddress(String address) {
            return new Slot(Secret.of(address).digest(), Purpose.PASSWORD_RESET);
        }

        /**
         * For password resets that nobody gets a code of. Anybody may ask for them, for any address, so there is a fixed
         * number of these.
         */
        public static Slot ofNobody(BudgetKey address) {
            return new Slot(address.page().value(), Purpose.PASSWORD_RESET);
        }
    }

    /** What a pending code is bound to. */
    public record Bound(String userId, String address, boolean withSecondFactor) {}

    /** Makes a code in place of an earlier one. It is known from the commit on. */
    public Secret issue(Slot slot, Bound bound, Instant now) {
        return issue(slot, bound, newId(), now);
    }

    /**
     * Makes a code that nobody gets: for whoever guesses, it is one like any other, with as many guesses. Their entries are
     * named by the slot and not by the code, since there may be any number of codes.
     */
    public void issueToNobody(Slot slot, String address, Instant now) {
        StoreKey guesses = guesses(slot.holder(), Optional.empty());
        IntStream.range(0, settings.codeGuesses()).mapToObj(guesses::entry).forEach(store::remove);
        issue(slot, new Bound(slot.holder(), address, false), slot.holder(), now);
    }

    private Secret issue(Slot slot, Bound bound, String id, Instant now) {
        Secret code = MailCode.random();
        RealmKey key = keys.active();
        String hash = MailCode.hash(key.key(), scope(slot, bound.userId(), bound.address()), code);
        PendingCode pending = new PendingCode(
                id,
                bound.userId(),
                bound.address(),
                hash,
                key.id(),
                now.plus(settings.codeLifespan()),
                bound.withSecondFactor());
        store.put(key(slot), pending.asNotes(), memory());
        return code;
    }

    private static String newId() {
        return SecretGenerator.getInstance().generateBase64SecureId(ID_BYTES);
    }

    /** What the code is bound to, expired or not; empty where none was sent, or it was taken. */
    public Optional<Bound> bound(Slot slot) {
        return pending(slot).map(PendingCode::bound);
    }

    /** Whether a code for that address waits to be given. */
    public boolean isAlive(Slot slot, String address, Instant now) {
        return pending(slot)
                .filter(code -> code.address().equals(address) && code.isAlive(now))
                .isPresent();
    }

    /** Whether such a code has not stood all its guesses, so that the right one would be taken. */
    public boolean isOpen(Slot slot, String address, Instant now) {
        return isAlive(slot, address, now)
                && pending(slot).filter(this::standsAnotherGuess).isPresent();
    }

    private boolean standsAnotherGuess(PendingCode code) {
        return IntStream.range(0, settings.codeGuesses())
                .anyMatch(
                        guess -> store.get(guesses(code.id(), Optional.empty()).entry(guess))
                                .isEmpty());
    }

    private StoreKey guesses(String codeId, Optional<String> device) {
        return device.map(id -> StoreKey.of("code-guess", realmId, codeId, id))
                .orElseGet(() -> StoreKey.of("code-guess", realmId, codeId));
    }

    /**
     * Looks at a guess, unless the code has stood enough of them, and takes the code if it is the one.
     *
     * @param address that the code has to be bound to
     * @return true for exactly one of all who give it right at the same moment
     */
    public boolean spend(Slot slot, String address, Secret guess, Instant now) {
        return turn(slot, now)
                .filter(turn -> turn.isRight(address, guess) && turn.take())
                .isPresent();
    }

    /** The next turn to guess at the code that is alive; empty where there is none, or it has stood enough guesses. */
    public Optional<Turn> turn(Slot slot, Instant now) {
        return pending(slot).filter(code -> code.isAlive(now)).flatMap(code -> turn(slot, code, Optional.empty()));
    }

    /**
     * The same at the first of some slots that has such a code. All are read, whichever it is, so that the time that it
     * takes does not tell.
     *
     * @param device that guesses, if it has a count of its own beside that of everybody else
     */
    public Optional<Turn> turnAtFirst(List<Slot> slots, Optional<String> device, Instant now) {
        Map<Slot, PendingCode> alive = new LinkedHashMap<>();
        slots.forEach(slot -> pending(slot).filter(code -> code.isAlive(now)).ifPresent(code -> alive.put(slot, code)));
        return alive.entrySet().stream().findFirst().flatMap(first -> turn(first.getKey(), first.getValue(), device));
    }

    private Optional<Turn> turn(Slot slot, PendingCode code, Optional<String> device) {
        return count(guesses(code.id(), device)).map(counted -> new Turn(slot, code, counted));
    }

    /** One guess at one code: counted, and not yet looked at. */
    public final class Turn {
        private final Slot slot;
        private final PendingCode code;
        private final StoreKey counted;

        private Turn(Slot slot, PendingCode code, StoreKey counted) {
            this.slot = slot;
            this.code = code;
            this.counted = counted;
        }

        public Bound bound() {
            return code.bound();
        }

        /**
         * Looks at the guess. A right one does not count.
         *
         * @param address that the code has to be bound to
         */
        public boolean isRight(String address, Secret guess) {
            boolean right = keys.ofId(code.keyId())
                    .filter(key -> MailCode.hasHash(key.key(), scope(slot, code.userId(), address), guess, code.hash()))
                    .isPresent();
            if (right) {
                store.remove(counted);
            }
            return right;
        }

        /**
         * Takes this very code: another may have come in its place since, and that one nobody has given.
         *
         * @return true for exactly one of all who take it at the same moment
         */
        public boolean take() {
            return store.remove(key(slot))
                    .flatMap(PendingCode::of)
                    .filter(taken -> taken.hash().equals(code.hash()))
                    .isPresent();
        }
    }

    /** Drops a code that nobody is to give any more. */
    public void drop(Slot slot) {
        store.remove(key(slot));
    }

    private Optional<StoreKey> count(StoreKey guesses) {
        return store.apart(
                "count a guess at a mail code",
                own -> IntStream.range(0, settings.codeGuesses())
                        .mapToObj(guesses::entry)
                        .filter(guess -> own.putIfAbsent(guess, memory()))
                        .findFirst());
    }

    private Duration memory() {
        return settings.codeLifespan().multipliedBy(MEMORY_IN_LIFESPANS);
    }

    private Optional<PendingCode> pending(Slot slot) {
        return store.get(key(slot)).flatMap(PendingCode::of);
    }

    private MailCode.Scope scope(Slot slot, String userId, String address) {
        return new MailCode.Scope(realmId, userId, slot.purpose(), address);
    }

    private StoreKey key(Slot slot) {
        return StoreKey.of("code", realmId, slot.holder(), slot.purpose().id());
    }
}
