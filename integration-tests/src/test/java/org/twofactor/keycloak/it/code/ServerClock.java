package org.twofactor.keycloak.it.code;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.keycloak.common.util.Time;
import org.twofactor.keycloak.it.server.Backdoor;

/**
 * The server's clock, and the hand that moves it, so that no test waits. It is one clock for all realms: tests that
 * move it don't run beside others. After each test {@link KeycloakTest} puts it back.
 */
public final class ServerClock implements AutoCloseable {

    private final List<Backdoor> backdoors;
    private final List<Runnable> afterMove;
    private Duration offset = Duration.ZERO;

    /**
     * @param backdoors of the server, or of all nodes of one cluster, whose clocks move together
     * @param afterMove what else must follow the clock: whoever holds tokens holds ones of another time now
     */
    public ServerClock(List<Backdoor> backdoors, List<Runnable> afterMove) {
        this.backdoors = List.copyOf(backdoors);
        this.afterMove = List.copyOf(afterMove);
    }

    /** What time the server thinks it is. */
    public Instant now() {
        return Instant.now().plus(offset);
    }

    /** Moves the clock on (or back, when negative) from where it is. Whole seconds. */
    public void advance(Duration by) {
        moveTo(offset.plus(by));
    }

    /** Moves the clock to that far from the machine's. */
    public void moveTo(Duration newOffset) {
        if (newOffset.equals(offset)) {
            return;
        }
        backdoors.forEach(backdoor -> backdoor.clockOffset(newOffset));
        offset = newOffset;
        // The admin client asks Keycloak's own clock class whether its token is still good: ours must agree with
        // theirs.
        Time.setOffset(Math.toIntExact(newOffset.toSeconds()));
        afterMove.forEach(Runnable::run);
    }

    /** Back to the machine's time. */
    @Override
    public void close() {
        moveTo(Duration.ZERO);
    }
}
