package org.twofactor.keycloak.it.mailqueue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.twofactor.keycloak.it.KeycloakTest;
import org.twofactor.keycloak.it.server.Backdoor;
import org.twofactor.keycloak.it.server.Backdoor.Cost;

/** What codes that nobody has given yet cost the server, since anybody may ask for them. */
@KeycloakTest
class PendingCodesIT {
    private static final int CODES = 100_000;
    private static final long MIB = 1024 * 1024;

    @Test
    void S04_S62_aHundredThousandPendingCodesTakeAtMostSixtyFourMebibytesTogetherWithTheirCounts(
            Backdoor backdoor, TestReporter report) {
        backdoor.pendingCodes(1000, 1000);
        Cost cost = backdoor.pendingCodes(CODES, CODES);
        report.publishEntry(Map.of(
                CODES + " codes",
                "%.1f MiB".formatted((double) cost.codes() / MIB),
                "their counts",
                "%.1f MiB".formatted((double) cost.budgets() / MIB)));
        assertThat(cost.codes()).isGreaterThan(10 * MIB);
        assertThat(cost.budgets()).isGreaterThan(MIB);
        assertThat(cost.codes() + cost.budgets()).isLessThan(64 * MIB);
    }
}
