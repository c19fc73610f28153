package org.twofactor.keycloak.mail;

import org.keycloak.provider.ProviderFactory;

/** Makes the {@link MailQueue}. */
public interface MailQueueFactory extends ProviderFactory<MailQueue> {}
