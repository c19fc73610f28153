package org.twofactor.keycloak.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.twofactor.keycloak.it.api.Answer;
import org.twofactor.keycloak.it.api.Parallel;
import org.twofactor.keycloak.it.code.ServerClock;
import org.twofactor.keycloak.it.story.Enrolled;

/**
 * Many requests at the same moment, and what may come of them. They go to one door or take turns at several: a door is
 * the user, or the realm, at one node.
 */
public final class Storm {
    private static final int AT_ONCE = 64;

    /** Of a storm on one server; the profile {@code long} has more. */
    private static final int ROUNDS = Integer.getInteger("storm.rounds", 60);

    private static final int GUESSES = 500;
    private static final int GUESSES_AT_ONCE = 100;
    private static final int TOKENS_OF_A_KIND = 20;

    private Storm() {}

    /** One guess: {@code Enrolled::totp}. */
    @FunctionalInterface
    public interface Guess<D> {
        Answer send(D door, String token, String code);
    }

    /** Twenty tokens of each of two kinds. */
    public static List<String> tokens(Supplier<String> ofOneKind, Supplier<String> ofAnother) {
        return Stream.of(ofOneKind, ofAnother)
                .flatMap(kind -> Stream.generate(kind).limit(TOKENS_OF_A_KIND))
                .toList();
    }

    /** Five hundred guesses at a factor of a user with TOTP, over twenty partial and twenty access tokens. */
    public static List<Answer> guesses(List<Enrolled> doors, Guess<Enrolled> guess, String code) {
        Enrolled victim = doors.get(0);
        return guesses(doors, guess, tokens(victim::partialToken, victim::newAccessToken), code);
    }

    /** Five hundred guesses, a hundred at a time, with each token in turn. */
    public static <D> List<Answer> guesses(List<D> doors, Guess<D> guess, List<String> tokens, String code) {
        return Parallel.run(
                        GUESSES_AT_ONCE,
                        thread -> () -> IntStream.range(0, GUESSES / GUESSES_AT_ONCE)
                                .mapToObj(i -> guess.send(
                                        doors.get(thread % doors.size()),
                                        tokens.get((thread + i) % tokens.size()),
                                        code))
                                .toList())
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    /** Sixty-four requests with the same token, each with the next of these codes at the next door. */
    public static <D> List<Answer> uses(List<D> doors, Guess<D> guess, String token, List<String> codes) {
        return Parallel.run(
                AT_ONCE,
                number -> () -> guess.send(
                        doors.get(number % doors.size()), token, codes.get(number / doors.size() % codes.size())));
    }

    /** Rounds of which each must be one success, with a new user after so many. */
    public static <U> void rounds(
            int perUser, Supplier<U> newUser, ServerClock clock, Function<U, List<Answer>> round) {
        rounds(ROUNDS, perUser, newUser, clock, round);
    }

    /** So many of them. */
    public static <U> void rounds(
            int rounds, int perUser, Supplier<U> newUser, ServerClock clock, Function<U, List<Answer>> round) {
        U user = null;
        for (int number = 0; number < rounds; number++) {
            if (number % perUser == 0) {
                clock.close();
                user = newUser.get();
            }
            assertOneSuccess(round.apply(user), number);
            // Those who came second have failed; the wait that this brought is over.
            clock.advance(Duration.ofMinutes(1));
        }
    }

    private static void assertOneSuccess(List<Answer> answers, int round) {
        assertThat(answers.stream().filter(answer -> answer.status() == 200))
                .as(
                        "successes in round %d of %s",
                        round, answers.stream().map(Storm::inShort).toList())
                .hasSize(1);
        // 409: what came too late for a set-up that was pending no more.
        assertThat(answers.stream().map(Answer::status)).isSubsetOf(200, 401, 409, 429);
    }

    private static String inShort(Answer answer) {
        return answer.status() == 429 ? "429 for " + answer.retryAfter() : String.valueOf(answer.status());
    }

    /** The free guesses were looked at, the others sent away with what is left of the first wait. */
    public static void assertExactlyFiveEvaluated(List<Answer> answers, String wrong, String tooMany) {
        assertThat(answers.stream().filter(answer -> answer.status() == 401))
                .hasSize(5)
                .allMatch(answer -> answer.message().equals(wrong));
        assertThat(answers.stream().filter(answer -> answer.status() != 401))
                .allMatch(answer -> answer.status() == 429)
                .allMatch(answer -> answer.message().equals(tooMany))
                .allMatch(answer -> answer.retryAfter() >= 1 && answer.retryAfter() <= 30);
    }
}
