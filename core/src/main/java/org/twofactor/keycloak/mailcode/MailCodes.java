package org.twofactor.keycloak.mailcode;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.keycloak.common.util.SecretGenerator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.SingleUseObjectProvider;
import org.twofactor.keycloak.code.MailCode;
import org.twofactor.keycloak.code.Purpose;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.OwnTransaction;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.settings.Settings;

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

    private final KeycloakSession session;
    private final RealmModel realm;
    private final Settings settings;

    public MailCodes(KeycloakSession session, Settings settings) {
        this.session = session;
        this.realm = session.getContext().getRealm();
        this.settings = settings;
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
    }

    /** What a pending code is bound to. */
    public record Bound(String userId, String address, boolean withSecondFactor) {}

    /** Makes a code in place of an earlier one. It is known from the commit on. */
    public Secret issue(Slot slot, Bound bound, Instant now) {
        return issue(slot, bound, newId(), now);
    }

    /**
     * Makes a code that nobody gets, in place of an earlier one: for whoever guesses, it is one like any other. Somebody
     * may get another in its place, by {@link #replace}.
     *
     * @return its id
     */
    public String issueToNobody(Slot slot, String address, Instant now) {
        String id = newId();
        issue(slot, new Bound(slot.holder(), address, false), id, now);
        return id;
    }

    /**
     * Puts a code that somebody gets in the place of one that nobody got.
     *
     * @param id of that one; guesses at it count for this one, so that they do not tell the two apart
     */
    public Secret replace(Slot slot, String id, Bound bound, Instant now) {
        return issue(slot, bound, id, now);
    }

    private Secret issue(Slot slot, Bound bound, String id, Instant now) {
        Secret code = MailCode.random();
        RealmKey key = RealmKey.active(session);
        String hash = MailCode.hash(key.key(), scope(slot, bound.userId(), bound.address()), code);
        PendingCode pending = new PendingCode(
                id,
                bound.userId(),
                bound.address(),
                hash,
                key.id(),
                now.plus(settings.codeLifespan()),
                bound.withSecondFactor());
        session.singleUseObjects().put(key(slot), memory().toSeconds(), pending.asNotes());
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
                .anyMatch(guess -> !session.singleUseObjects().contains(guesses(code) + ":" + guess));
    }

    private String guesses(PendingCode code) {
        return "two-factor:code-guess:" + realm.getId() + ":" + code.id();
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
        return pending(slot).filter(code -> code.isAlive(now)).flatMap(code -> turn(slot, code));
    }

    private Optional<Turn> turn(Slot slot, PendingCode code) {
        String guesses = guesses(code);
        OptionalInt number = count(guesses);
        return number.isPresent()
                ? Optional.of(new Turn(slot, code, guesses + ":" + number.getAsInt()))
                : Optional.empty();
    }

    /** One guess at one code: counted, and not yet looked at. */
    public final class Turn {
        private final Slot slot;
        private final PendingCode code;
        private final String counted;

        private Turn(Slot slot, PendingCode code, String counted) {
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
            boolean right = RealmKey.ofId(session, code.keyId())
                    .filter(key -> MailCode.hasHash(key.key(), scope(slot, code.userId(), address), guess, code.hash()))
                    .isPresent();
            if (right) {
                session.singleUseObjects().remove(counted);
            }
            return right;
        }

        /**
         * Takes this very code: another may have come in its place since, and that one nobody has given.
         *
         * @return true for exactly one of all who take it at the same moment
         */
        public boolean take() {
            return Optional.ofNullable(session.singleUseObjects().remove(key(slot)))
                    .map(PendingCode::of)
                    .filter(taken -> taken.hash().equals(code.hash()))
                    .isPresent();
        }
    }

    /** Drops a code that nobody is to give any more. */
    public void drop(Slot slot) {
        session.singleUseObjects().remove(key(slot));
    }

    private OptionalInt count(String guesses) {
        return OwnTransaction.call(session, "two-factor: count a guess at a mail code", own -> {
            SingleUseObjectProvider store = own.singleUseObjects();
            for (int guess = 0; guess < settings.codeGuesses(); guess++) {
                if (store.putIfAbsent(guesses + ":" + guess, memory().toSeconds())) {
                    return OptionalInt.of(guess);
                }
            }
            return OptionalInt.empty();
        });
    }

    private Duration memory() {
        return settings.codeLifespan().multipliedBy(MEMORY_IN_LIFESPANS);
    }

    private Optional<PendingCode> pending(Slot slot) {
        return Optional.ofNullable(session.singleUseObjects().get(key(slot))).map(PendingCode::of);
    }

    private MailCode.Scope scope(Slot slot, String userId, String address) {
        return new MailCode.Scope(realm.getId(), userId, slot.purpose(), address);
    }

    private String key(Slot slot) {
        return "two-factor:code:" + realm.getId() + ":" + slot.holder() + ":"
                + slot.purpose().id();
    }
}
