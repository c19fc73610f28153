package org.twofactor.keycloak.code;

/**
 * Text that every part of Keycloak can hold. A lone surrogate has no UTF-8 form, and hashing it fails; PostgreSQL stores
 * no NUL. Both fail late, and only for names that exist, so they are refused before anything is looked up.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259#section-8.2">RFC 8259 8.2 Unicode Characters</a>
 */
public final class UnicodeText {

    private UnicodeText() {}

    /** Whether the text is well-formed Unicode without NUL. */
    public static boolean is(String text) {
        return text.codePoints().noneMatch(it -> it == 0 || Character.getType(it) == Character.SURROGATE);
    }
}
