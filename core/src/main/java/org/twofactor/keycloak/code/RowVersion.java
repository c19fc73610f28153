package org.twofactor.keycloak.code;

/**
 * The version that a credential row of ours carries. Rows from before there were versions carry none, and are the first.
 * Fields that a release does not know are left alone; a row of a later version may mean something else by the fields that
 * it does know, so it is not read.
 */
public final class RowVersion {
    public static final int CURRENT = 1;

    private RowVersion() {}

    /**
     * Whether this release can read such a row.
     *
     * @param version as the row has it; null where it has none
     */
    public static boolean isKnown(Integer version) {
        return version == null || (version >= 1 && version <= CURRENT);
    }
}
