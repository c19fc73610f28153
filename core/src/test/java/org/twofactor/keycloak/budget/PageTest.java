package org.twofactor.keycloak.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final Instant NOW = Instant.parse("2026-11-27T08:00:00.123Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final Page page = Page.of("");

    @Test
    void whatIsWrittenReadsTheSame() {
        page.add("alice", NOW, 10, DAY);
        page.add("alice", NOW.plusMillis(1), 10, DAY);
        page.add("bob", NOW.minusSeconds(5), 10, DAY);

        Page read = Page.of(page.text());

        assertThat(read.times("alice")).containsExactly(NOW, NOW.plusMillis(1));
        assertThat(read.times("bob")).containsExactly(NOW.minusSeconds(5));
        assertThat(read.times("carol")).isEmpty();
        assertThat(read.text()).isEqualTo(page.text());
    }

    @Test
    void anOrdinaryRecordIsShort() {
        page.add("0123456789abcdef", NOW, 40, DAY);
        assertThat(page.text()).hasSizeLessThanOrEqualTo(34);
    }

    @Test
    void theLatestTimesAreKeptInTheirOrder() {
        IntStream.of(3, 1, 2, 5, 4).forEach(second -> page.add("alice", NOW.plusSeconds(second), 3, DAY));
        assertThat(page.times("alice")).containsExactly(NOW.plusSeconds(3), NOW.plusSeconds(4), NOW.plusSeconds(5));
    }

    @Test
    void oneTimeIsTakenAwayAndNoOtherLikeIt() {
        page.add("alice", NOW, 10, DAY);
        page.add("alice", NOW, 10, DAY);

        page.remove("alice", NOW);
        assertThat(page.times("alice")).containsExactly(NOW);
        page.remove("alice", NOW.plusMillis(1));
        page.remove("bob", NOW);
        assertThat(page.times("alice")).containsExactly(NOW);
        page.remove("alice", NOW);
        assertThat(page.isEmpty()).isTrue();
    }

    @Test
    void aRecordIsForgottenWhenItsMemoryEnds() {
        page.add("alice", NOW, 10, Duration.ofMinutes(1));
        page.add("bob", NOW, 10, Duration.ofMinutes(2));

        page.prune(NOW.plusSeconds(60));
        assertThat(page.times("alice")).hasSize(1);
        page.prune(NOW.plusSeconds(61));
        assertThat(page.times("alice")).isEmpty();
        assertThat(page.times("bob")).hasSize(1);
        assertThat(page.memory(NOW)).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(121));
    }

    @Test
    void theRecordsThatWereNotUsedForLongestGiveWay() {
        List.of("a", "b", "c", "a").forEach(tag -> page.add(tag, NOW, 10, DAY));

        Page read = Page.of(page.text());
        read.keep(2);

        assertThat(read.times("b")).isEmpty();
        assertThat(read.times("c")).hasSize(1);
        assertThat(read.times("a")).hasSize(2);
        read.keep(2);
        assertThat(read.times("c")).hasSize(1);
    }
}
