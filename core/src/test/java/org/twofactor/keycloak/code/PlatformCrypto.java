package org.twofactor.keycloak.code;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.SecretKeyFactory;
import org.keycloak.common.crypto.CryptoProvider;

/** The Java platform's own algorithms in place of Keycloak's crypto provider, which a unit test has not. */
final class PlatformCrypto {
    private static final AtomicInteger HASHES = new AtomicInteger();

    private PlatformCrypto() {}

    static CryptoProvider provider() {
        return (CryptoProvider) Proxy.newProxyInstance(
                PlatformCrypto.class.getClassLoader(), new Class<?>[] {CryptoProvider.class}, (proxy, method, args) -> {
                    if (method.getName().equals("getSecretKeyFact")) {
                        HASHES.incrementAndGet();
                        return SecretKeyFactory.getInstance((String) args[0]);
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** How many password hashes the work runs. */
    static int hashesOf(Runnable work) {
        int before = HASHES.get();
        work.run();
        return HASHES.get() - before;
    }
}
