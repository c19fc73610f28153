package org.twofactor.keycloak.it.bypass;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All cells at one look: every way in, by every place of our steps, for everything that a user may have.
 *
 * <p>What the columns mean says {@link Holding}, what the rows mean {@link Placement}, the words {@link Outcome}.
 */
final class Matrix {
    private static final String CELLS = """
            WAYS                             | PLACEMENT                   | NOTHING | APP       | MAIL      | APP_CODES | CODES  | LOCKED    | LEFT_OUT  | CORRUPT   | KEY       | EXCEPTION IN docs/security.md
            code device reset broker restart | CONDITIONAL                 | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | exception | *Condition - user configured*
            code device reset broker         | ENROLLED                    | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | shut      |
            code device reset broker         | ALTERNATIVE                 | shut    | asked     | asked     | asked     | shut   | shut      | shut      | shut      | shut      |
            code device reset broker restart | APP_REQUIRED                | set_up  | asked     | shut      | asked     | set_up | shut      | shut      | shut      | shut      |
            code device reset broker         | MAIL_REQUIRED               | shut    | shut      | asked     | shut      | shut   | shut      | shut      | shut      | shut      |
            code device reset broker         | CODES_REQUIRED              | shut    | shut      | shut      | asked     | shut   | shut      | shut      | shut      | shut      |
            code device reset broker         | ACCOUNT_MAIL_REQUIRED       | asked   | asked     | asked     | asked     | asked  | asked     | asked     | asked     | asked     |
            code device reset broker         | ALTERNATIVE_BESIDE_REQUIRED | open    | exception | exception | exception | open   | exception | exception | exception | exception | a step ALTERNATIVE beside REQUIRED ones
            password                         | GRANT_REQUIRED              | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | shut      |
            password                         | GRANT_CONDITIONAL           | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | shut      |
            password                         | GRANT_ALTERNATIVE           | open    | exception | exception | exception | open   | exception | exception | exception | exception | a step ALTERNATIVE beside REQUIRED ones
            password                         | GRANT_ABSENT                | open    | shut      | exception | shut      | open   | shut      | shut      | shut      | exception | Keycloak's own *direct grant* flow
            login                            | GRANT_REQUIRED              | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | shut      |
            login                            | GRANT_CONDITIONAL           | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | shut      |
            login                            | GRANT_ALTERNATIVE           | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | shut      |
            login                            | GRANT_ABSENT                | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | shut      |
            again                            | CONDITIONAL                 | open    | asked     | asked     | asked     | open   | shut      | shut      | shut      | exception | *Condition - user configured*
            sso refresh accesstoken          | CONDITIONAL                 | open    | exception | exception | exception | open   | exception | exception | exception | exception | single sign-on, refresh, offline
            exchange                         | CONDITIONAL                 | open    | exception | exception | exception | open   | exception | exception | exception | exception | token exchange
            ciba                             | CONDITIONAL                 | open    | exception | exception | exception | open   | exception | exception | exception | exception | CIBA
            impersonation                    | CONDITIONAL                 | open    | exception | exception | exception | open   | exception | exception | exception | exception | impersonation
            """;

    private Matrix() {}

    /**
     * One way by one placement.
     *
     * @param exception where {@code docs/security.md} says why; empty where there is none
     */
    record Row(String way, Placement placement, Map<Holding, Outcome> outcomes, String exception) {
        @Override
        public String toString() {
            return way + " " + placement;
        }
    }

    static List<Row> rows() {
        List<List<String>> lines = CELLS.lines()
                .map(line -> Stream.of(line.split("\\|", -1)).map(String::strip).toList())
                .toList();
        List<Holding> columns = lines.get(0).subList(2, lines.get(0).size() - 1).stream()
                .map(Holding::valueOf)
                .toList();
        List<Row> rows = new ArrayList<>();
        for (List<String> line : lines.subList(1, lines.size())) {
            Map<Holding, Outcome> outcomes = new EnumMap<>(Holding.class);
            for (int column = 0; column < columns.size(); column++) {
                outcomes.put(
                        columns.get(column),
                        Outcome.valueOf(line.get(column + 2).toUpperCase(Locale.ROOT)));
            }
            Placement placement = Placement.valueOf(line.get(1));
            for (String way : line.get(0).split("\\s+", -1)) {
                rows.add(new Row(way, placement, outcomes, line.get(line.size() - 1)));
            }
        }
        return rows;
    }
}
