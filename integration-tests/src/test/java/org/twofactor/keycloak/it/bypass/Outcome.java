package org.twofactor.keycloak.it.bypass;

/** What comes of what the first factor was enough for. */
enum Outcome {
    /** Logged in. */
    OPEN,
    /** A code is asked for, and the right one logs in. */
    ASKED,
    /** A second factor has to be set up first. */
    SET_UP,
    /** Nobody gets in. */
    SHUT
}
