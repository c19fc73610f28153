package org.twofactor.keycloak.mailcode;

import java.time.Duration;

/** What comes of asking for a code by mail. Each door translates it once. */
public sealed interface Dispatch {

    <R> R through(Door<R> door);

    /** The mail leaves after the commit. */
    record OnItsWay() implements Dispatch {
        @Override
        public <R> R through(Door<R> door) {
            return door.onItsWay();
        }
    }

    /** Too many mails to this user or address. */
    record TooMany(Duration delay) implements Dispatch {
        @Override
        public <R> R through(Door<R> door) {
            return door.tooMany(delay);
        }
    }

    /** So many mails wait already that there is no place. */
    record QueueFull() implements Dispatch {
        @Override
        public <R> R through(Door<R> door) {
            return door.queueFull();
        }
    }

    /** The realm has no SMTP settings. */
    record NoMailServer() implements Dispatch {
        @Override
        public <R> R through(Door<R> door) {
            return door.noMailServer();
        }
    }

    /** Where it is turned into an answer. */
    interface Door<R> {
        R onItsWay();

        R tooMany(Duration delay);

        R queueFull();

        R noMailServer();
    }
}
