package org.twofactor.keycloak.it.factor;

import java.util.List;
import org.apache.commons.codec.binary.Base32;
import org.keycloak.representations.idm.CredentialRepresentation;
import org.twofactor.keycloak.it.realm.TestRealm;
import org.twofactor.keycloak.it.realm.TestUser;
import org.twofactor.keycloak.it.story.Device;

/** A TOTP credential that did not come about by us: put in by an administrator, as an import or Keycloak's page would. */
public final class NativeOtp {
    private static final String SECRET = "a seed of Keycloak's own";

    private NativeOtp() {}

    /** Adds one to the user, and answers the app that shows its codes. */
    public static Device add(TestRealm realm, TestUser user) {
        add(realm, user, "totp");
        String base32 = new Base32()
                .encodeToString(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .replace("=", "");
        return Device.scanning("otpauth://totp/test:user?secret=" + base32);
    }

    /** Adds one whose codes are counted (HOTP), which only Keycloak's own page asks for. */
    public static void addCounterBased(TestRealm realm, TestUser user) {
        add(realm, user, "hotp");
    }

    private static void add(TestRealm realm, TestUser user, String subType) {
        CredentialRepresentation otp = new CredentialRepresentation();
        otp.setType("otp");
        otp.setSecretData("{\"value\":\"" + SECRET + "\"}");
        otp.setCredentialData("{\"subType\":\"" + subType
                + "\",\"digits\":6,\"counter\":0,\"period\":30,\"algorithm\":\"HmacSHA1\"}");
        realm.update(user, it -> it.setCredentials(List.of(otp)));
    }
}
