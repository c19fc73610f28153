package org.twofactor.keycloak.device;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.twofactor.keycloak.code.Sealed;
import org.twofactor.keycloak.code.Secret;
import org.twofactor.keycloak.compat.RealmKey;
import org.twofactor.keycloak.password.PasswordAge;

/**
 * What a device keeps of a log-in, to show later that it is a {@link KnownDevice}: sealed under a key of the realm, so
 * that whoever steals it reads in it neither whose it is nor anything else. It is void after {@link #LIFESPAN}, and as
 * soon as the user has another password, or sessions of then are revoked by a not-before.
 */
public final class DeviceProofs {
    /** After which a proof is worth nothing, the earlier tokens that stand in for it too. */
    public static final Duration LIFESPAN = Duration.ofDays(90);

    /** How many users of one browser have a cookie each; a client that keeps those of all its users has no more. */
    private static final int COOKIES = 8;

    private static final String COOKIE = "TWO_FACTOR_KNOWN_";
    private static final String DOMAIN = "two-factor known device";
    private static final String SEPARATOR = "\n";
    private static final String KEY_END = ".";

    private final KeycloakSession session;
    private final RealmModel realm;

    public DeviceProofs(KeycloakSession session) {
        this.session = session;
        this.realm = session.getContext().getRealm();
    }

    /** The names that cookies with a proof may have. */
    public static List<String> cookies() {
        return IntStream.range(0, COOKIES).mapToObj(number -> COOKIE + number).toList();
    }

    /** The name of the user's cookie. There are too few of them to tell users apart. */
    public static String cookieOf(UserModel user) {
        return COOKIE + Integer.parseInt(Secret.of(user.getId()).digest().substring(0, 2), 16) % COOKIES;
    }

    /**
     * @param sessionId of the session that came of the log-in
     */
    public Secret make(UserModel user, String sessionId, Instant now) {
        RealmKey key = RealmKey.active(session);
        String text = String.join(
                SEPARATOR,
                realm.getId(),
                user.getId(),
                sessionId,
                Long.toString(now.getEpochSecond()),
                Long.toString(PasswordAge.setAt(user).toEpochMilli()));
        return Secret.of(key.id() + KEY_END + Sealed.seal(key.key(), DOMAIN, text));
    }

    /** Empty for whatever is no living proof of this realm; nobody is told why. */
    public Optional<KnownDevice> read(Secret proof, Instant now) {
        String text = proof.reveal();
        int end = text.indexOf(KEY_END);
        return end < 0
                ? Optional.empty()
                : RealmKey.ofId(session, text.substring(0, end))
                        .flatMap(key -> Sealed.open(key.key(), DOMAIN, text.substring(end + 1)))
                        .flatMap(opened -> rests(opened.split(SEPARATOR, -1), now));
    }

    private Optional<KnownDevice> rests(String[] parts, Instant now) {
        if (parts.length != 5 || !parts[0].equals(realm.getId())) {
            return Optional.empty();
        }
        Instant madeAt = Instant.ofEpochSecond(Long.parseLong(parts[3]));
        return Optional.ofNullable(session.users().getUserById(realm, parts[1]))
                .filter(user -> isYoung(madeAt, now)
                        && madeAt.getEpochSecond() >= realm.getNotBefore()
                        && madeAt.getEpochSecond() >= session.users().getNotBeforeOfUser(realm, user)
                        && Long.parseLong(parts[4]) == PasswordAge.setAt(user).toEpochMilli())
                .map(user -> new KnownDevice(user, parts[2]));
    }

    public static boolean isYoung(Instant madeAt, Instant now) {
        return now.isBefore(madeAt.plus(LIFESPAN));
    }
}
