package org.twofactor.keycloak.it.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table itself: nothing is left out of it, and nothing in it is excused without a reason in the docs. */
class MatrixTest {

    @Test
    void S39_everyCellIsSaidOnce() {
        assertThat(Matrix.rows()).allSatisfy(row -> assertThat(row.outcomes()).containsOnlyKeys(Holding.values()));
        assertThat(Matrix.rows()).extracting(Matrix.Row::toString).doesNotHaveDuplicates();
    }

    @Test
    void S39_everyWayByPagesHasEveryPlacementOnPagesAndEveryLogInByPasswordEveryOther() {
        for (String way : Set.of("code", "device", "reset", "broker")) {
            assertThat(placements(way)).containsAll(placements(true));
        }
        for (String way : Set.of("password", "login")) {
            assertThat(placements(way)).containsAll(placements(false));
        }
    }

    @Test
    void S39_openIsForWhoHasNoFactorAndAnExceptionForWhoHasOne() {
        assertThat(Matrix.rows())
                .allSatisfy(row -> row.outcomes().forEach((holding, outcome) -> {
                    if (holding.hasFactor()) {
                        assertThat(outcome).isNotIn(Outcome.OPEN, Outcome.SET_UP);
                    } else {
                        assertThat(outcome).isNotEqualTo(Outcome.EXCEPTION);
                    }
                }));
    }

    @Test
    void S39_everyExceptionStandsInTheDocs() throws IOException {
        String docs = Files.readString(Path.of("../docs/security.md"));
        assertThat(Matrix.rows()).allSatisfy(row -> {
            assertThat(row.exception().isEmpty())
                    .as(row.toString())
                    .isNotEqualTo(row.outcomes().containsValue(Outcome.EXCEPTION));
            assertThat(docs.lines()
                            .filter(line -> line.startsWith("| ") && line.contains(row.exception()))
                            .filter(line -> line.contains("**Exception") || line.contains("**in**")))
                    .as(row.toString())
                    .isNotEmpty();
        });
    }

    private static Set<Placement> placements(String way) {
        return Matrix.rows().stream()
                .filter(row -> row.way().equals(way))
                .map(Matrix.Row::placement)
                .collect(Collectors.toSet());
    }

    private static Set<Placement> placements(boolean ofPages) {
        return Stream.of(Placement.values())
                .filter(placement -> placement.isOfPages() == ofPages)
                .collect(Collectors.toSet());
    }
}
