package org.twofactor.keycloak.mail;

import java.time.Duration;
import java.util.Set;
import org.keycloak.Config;
import org.keycloak.connections.jpa.JpaConnectionProvider;
import org.keycloak.email.EmailSenderProvider;
import org.keycloak.email.EmailTemplateProvider;
import org.keycloak.events.EventStoreProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmProvider;
import org.keycloak.models.SingleUseObjectProvider;
import org.keycloak.models.UserProvider;
import org.keycloak.provider.Provider;

/**
 * One {@link PooledMailQueue} for the server. Options, each as {@code --spi-two-factor-mail-queue--pool--NAME=…}:
 * {@code threads} (8), {@code places} (1000), {@code attempts} (4), {@code stop-seconds} (5).
 */
public final class PooledMailQueueFactory implements MailQueueFactory {
    private PooledMailQueue.Options options;
    private PooledMailQueue queue;

    @Override
    public String getId() {
        return "pool";
    }

    @Override
    public void init(Config.Scope config) {
        options = new PooledMailQueue.Options(
                number(config, "threads", 8, 64),
                number(config, "places", 1000, 100_000),
                number(config, "attempts", 4, 10),
                Duration.ofSeconds(number(config, "stopSeconds", 5, 60)));
    }

    private static int number(Config.Scope config, String name, int standard, int most) {
        int value = config.getInt(name, standard);
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("--spi-%s--pool--%s: write a whole number from 1 to %d, not %d"
                    .formatted(MailQueueSpi.NAME, name.equals("stopSeconds") ? "stop-seconds" : name, most, value));
        }
        return value;
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        queue = new PooledMailQueue(factory, options);
    }

    @Override
    public MailQueue create(KeycloakSession session) {
        return queue;
    }

    /** What sending takes: Keycloak closes it after us. */
    @Override
    public Set<Class<? extends Provider>> dependsOn() {
        return Set.of(
                EmailSenderProvider.class,
                EmailTemplateProvider.class,
                EventStoreProvider.class,
                JpaConnectionProvider.class,
                RealmProvider.class,
                SingleUseObjectProvider.class,
                UserProvider.class);
    }

    @Override
    public void close() {
        if (queue != null) {
            queue.stop();
        }
    }
}
