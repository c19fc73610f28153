package org.twofactor.keycloak.it.bypass;

/** What comes of what the first factor was enough for. */
enum Outcome {
    /** Logged in, by a user who has no second factor on. */
    OPEN,
    /** A code is asked for, and the right one logs in. */
    ASKED,
    /** A second factor has to be set up first. */
    SET_UP,
    /** Nobody gets in, with a right code neither. */
    SHUT,
    /** Logged in although a second factor is on: {@code docs/security.md} says why, and the tokens claim none. */
    EXCEPTION
}
