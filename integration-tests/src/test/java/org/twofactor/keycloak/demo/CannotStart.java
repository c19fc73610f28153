package org.twofactor.keycloak.demo;

/** Why the demo can't start, in a sentence for the person who tried it: what is wrong, and what to do. */
final class CannotStart extends RuntimeException {

    CannotStart(String sentence) {
        super(sentence);
    }
}
