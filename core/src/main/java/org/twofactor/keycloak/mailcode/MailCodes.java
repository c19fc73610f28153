package org.twofactor.keycloak.mailcode;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
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
 * guard's business, and the caller's to ask first.
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
        Secret code = MailCode.random();
        RealmKey key = RealmKey.active(session);
        String hash = MailCode.hash(key.key(), scope(slot, bound.userId(), bound.address()), code);
        PendingCode pending = new PendingCode(
                SecretGenerator.getInstance().generateBase64SecureId(ID_BYTES),
                bound.userId(),
                bound.address(),
                hash,
                key.id(),
                now.plus(settings.codeLifespan()),
                bound.withSecondFactor());
        session.singleUseObjects()
                .put(key(slot), settings.codeLifespan().toSeconds() * MEMORY_IN_LIFESPANS, pending.asNotes());
        return code;
    }

    /** What the code is bound to, expired or not; empty where none was sent, or it was taken. */
    public Optional<Bound> bound(Slot slot) {
        return pending(slot).map(code -> new Bound(code.userId(), code.address(), code.withSecondFactor()));
    }

    /** Whether a code for that address waits to be given. */
    public boolean isAlive(Slot slot, String address, Instant now) {
        return pending(slot)
                .filter(code -> code.address().equals(address) && code.isAlive(now))
                .isPresent();
    }

    /**
     * Looks at a guess, unless the code has stood enough of them. A right one does not count. Where there is no code it
     * does the same work.
     *
     * @param address that the code has to be bound to
     */
    public boolean isRight(Slot slot, String address, Secret guess, Instant now) {
        Optional<PendingCode> pending = pending(slot);
        String guesses = "two-factor:code-guess:" + realm.getId() + ":"
                + pending.map(PendingCode::id).orElse(slot.holder());
        OptionalInt counted = count(guesses);
        if (counted.isEmpty()) {
            return false;
        }
        boolean right = matches(pending, slot, address, guess)
                && pending.isPresent()
                && pending.get().isAlive(now);
        if (right) {
            session.singleUseObjects().remove(guesses + ":" + counted.getAsInt());
        }
        return right;
    }

    /** @return true for exactly one of all who take it at the same moment */
    public boolean take(Slot slot) {
        return session.singleUseObjects().remove(key(slot)) != null;
    }

    private boolean matches(Optional<PendingCode> pending, Slot slot, String address, Secret guess) {
        String userId = pending.map(PendingCode::userId).orElse(slot.holder());
        Optional<RealmKey> key = pending.isPresent()
                ? RealmKey.ofId(session, pending.get().keyId())
                : Optional.of(RealmKey.active(session));
        // Where there is no code, a hash that nothing has.
        String hash = pending.map(PendingCode::hash).orElse("");
        return key.isPresent() && MailCode.hasHash(key.get().key(), scope(slot, userId, address), guess, hash);
    }

    private OptionalInt count(String guesses) {
        Duration memory = settings.codeLifespan().multipliedBy(MEMORY_IN_LIFESPANS);
        return OwnTransaction.call(session, "two-factor: count a guess at a mail code", own -> {
            SingleUseObjectProvider store = own.singleUseObjects();
            for (int guess = 0; guess < settings.codeGuesses(); guess++) {
                if (store.putIfAbsent(guesses + ":" + guess, memory.toSeconds())) {
                    return OptionalInt.of(guess);
                }
            }
            return OptionalInt.empty();
        });
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
