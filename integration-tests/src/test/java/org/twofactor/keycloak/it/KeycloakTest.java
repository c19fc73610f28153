package org.twofactor.keycloak.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that needs the server. Its constructor and methods may have these parameters, in any order:
 *
 * <ul>
 *   <li>{@code TestRealm}: a realm with all defaults, the same one for the whole class
 *   <li>{@code NewRealm}: one in the making, to be different; a new one for every parameter
 *   <li>{@code KeycloakServer}, {@code Inbox}, {@code ServerClock}, {@code Backdoor}, {@code Keycloak} (the admin client
 *       of the master realm): the only ones of the run
 *   <li>{@code Chromium}: the browser of the run; who sat at it is sent home after each test
 * </ul>
 *
 * <p>A test that asks for the browser is skipped, or with {@code -Dbrowser.required=true} fails, on a machine without it.
 *
 * <p>Realms are deleted after the class; the server's clock is put right after each test and after the class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KeycloakExtension.class)
public @interface KeycloakTest {}
