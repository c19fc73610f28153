package org.twofactor.keycloak.device;

import org.keycloak.models.UserModel;

/**
 * A device on which a user has logged in before, as it has shown.
 *
 * <p>It gives no access. What it tries is counted apart from what strangers try, so that they can't keep its user out.
 *
 * @param id of the session that came of that log-in, so that each log-in makes one device at most, whatever number of
 *     cookies and tokens came of it
 * @see <a href="https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies">OWASP: Slow Down
 *     Online Guessing Attacks with Device Cookies</a>
 */
public record KnownDevice(UserModel user, String id) {}
