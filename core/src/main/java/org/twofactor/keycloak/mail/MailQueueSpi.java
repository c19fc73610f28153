package org.twofactor.keycloak.mail;

import org.keycloak.provider.Provider;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.provider.Spi;

/** The SPI {@code two-factor-mail-queue}, so that Keycloak configures, opens and closes the queue. */
public final class MailQueueSpi implements Spi {
    static final String NAME = "two-factor-mail-queue";

    @Override
    public boolean isInternal() {
        return true;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public Class<? extends Provider> getProviderClass() {
        return MailQueue.class;
    }

    @Override
    @SuppressWarnings("rawtypes") // As the interface has it.
    public Class<? extends ProviderFactory> getProviderFactoryClass() {
        return MailQueueFactory.class;
    }
}
