package org.twofactor.keycloak.it.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.twofactor.keycloak.it.password.TimingComparison.Round;
import org.twofactor.keycloak.it.password.TimingComparison.Sample;
import org.twofactor.keycloak.it.password.TimingComparison.Welch;

/** The arithmetic of the timing test, by hand-checked numbers. */
class TimingComparisonTest {

    @Test
    void welchsTestFindsWhatIsThereAndNothingElse() {
        double[] one = {1, 2, 3, 4, 5};
        double[] other = {2, 4, 6, 8, 10, 12};
        // Means 3 and 7, variances 2.5 and 14: t is -4 by the root of 2.5 / 5 + 14 / 6.
        Welch welch = Welch.of(Sample.of(one), Sample.of(other));
        assertThat(welch.t()).isCloseTo(-2.37635, within(1e-5));
        assertThat(welch.degreesOfFreedom()).isCloseTo(6.97226, within(1e-5));
        assertThat(welch.p()).isCloseTo(0.0174847, within(1e-6));
        assertThat(Welch.of(Sample.of(one), Sample.of(one)).p()).isCloseTo(1, within(1e-6));
    }

    @Test
    void aMachineThatBecomesSlowerChangesNoRatio() {
        TimingComparison comparison = new TimingComparison("a call");
        for (int slowness = 1; slowness <= 5; slowness++) {
            comparison.add(new Round(new double[] {slowness * 2, slowness * 2, 90}, new double[] {slowness, slowness}));
        }
        assertThat(comparison.medianOfRounds()).isEqualTo(2);
        assertThat(comparison.calls()).isEqualTo(25);
        assertThat(comparison.report()).contains("25 calls in 5 rounds", "**2.0000**", "p = ");
    }
}
