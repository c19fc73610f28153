package org.twofactor.keycloak.mail;

import org.keycloak.models.RealmModel;

/** Whether a realm can send mail at all. */
public final class MailServer {

    private MailServer() {}

    public static boolean isConfigured(RealmModel realm) {
        String host =
                realm.getSmtpConfig() == null ? null : realm.getSmtpConfig().get("host");
        return host != null && !host.isBlank();
    }
}
