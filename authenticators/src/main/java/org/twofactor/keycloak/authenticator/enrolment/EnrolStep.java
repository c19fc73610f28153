package org.twofactor.keycloak.authenticator.enrolment;

import org.twofactor.keycloak.factor.Factor;
import org.twofactor.keycloak.factor.Factors;

/** The pages on which one factor is set up and confirmed. They hold nothing back: no factor is on before a right code. */
interface EnrolStep {

    Factor factor(Factors factors);

    void show(Visit visit);

    /**
     * Looks at what was posted.
     *
     * @param enrolled what to do once the factor is on
     */
    void posted(Visit visit, Runnable enrolled);
}
