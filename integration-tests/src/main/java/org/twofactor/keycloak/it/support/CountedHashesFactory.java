package org.twofactor.keycloak.it.support;

import java.util.concurrent.atomic.AtomicLong;
import org.keycloak.Config;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.credential.hash.PasswordHashProviderFactory;
import org.keycloak.credential.hash.Pbkdf2PasswordHashProvider;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.credential.PasswordCredentialModel;

/**
 * The hash algorithm {@code counted}, PBKDF2 that says how often it was worked out: a count tells exactly what a clock can
 * only guess. A realm uses it once its password policy says so.
 *
 * <p><strong>For test servers only</strong>, as {@link TestSupport} is.
 */
public final class CountedHashesFactory implements PasswordHashProviderFactory {
    private static final String ID = "counted";
    private static final int KEY_BITS = 256;
    private static final AtomicLong COUNT = new AtomicLong();

    static long count() {
        return COUNT.get();
    }

    @Override
    public PasswordHashProvider create(KeycloakSession session) {
        return new Counted();
    }

    private static final class Counted extends Pbkdf2PasswordHashProvider {

        private Counted() {
            super(ID, "PBKDF2WithHmacSHA256", 100, KEY_BITS);
        }

        @Override
        public PasswordCredentialModel encodedCredential(String password, int iterations) {
            COUNT.incrementAndGet();
            return super.encodedCredential(password, iterations);
        }

        @Override
        public boolean verify(String password, PasswordCredentialModel credential) {
            COUNT.incrementAndGet();
            return super.verify(password, credential);
        }
    }

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public void init(Config.Scope config) {
        // No server options.
    }

    @Override
    public void postInit(KeycloakSessionFactory factory) {
        // Nothing to prepare.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
