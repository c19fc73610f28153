package org.twofactor.keycloak.it.token;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every kind of token, and what each kind of door must say to it: the table of {@link TokenMatrixIT}. The user has 2FA on
 * unless the name says otherwise.
 */
enum TokenKind {
    // The columns: READ, GUESS, MANAGE, VALIDATE, PRESENCE, REFRESH; o opens, - invalid, s sudo asked for, x forbidden.
    ACCESS("o o o o s -"),
    ACCESS_LIGHTWEIGHT("o o o o s -"),
    ACCESS_OF_OFFLINE_SESSION("o o o o s -"),
    ACCESS_OF_ALLOWED_CLIENT("o o o o s -"),
    ACCESS_WITH_2FA_OFF("o o o o o -"),
    ACCESS_OF_READER("o x x o x -"),
    ACCESS_WITHOUT_AUDIENCE("x x x x x -"),
    ACCESS_OF_SERVICE_ACCOUNT("x x x x x -"),
    ACCESS_EXPIRED("- - - - - -"),
    ACCESS_OF_OTHER_REALM("- - - - - -"),

    PARTIAL("o o - - - -"),
    PARTIAL_OF_DIRECT_GRANT("o o - - - -"),
    PARTIAL_OF_CONFIDENTIAL_CLIENT("x x - - - -"),
    PARTIAL_EXPIRED("- - - - - -"),
    PARTIAL_OF_OTHER_REALM("- - - - - -"),

    SUDO("- - - - o -"),
    SUDO_OF_LIGHTWEIGHT_CLIENT("- - - - o -"),
    SUDO_OF_OFFLINE_SESSION("- - - - o -"),
    SUDO_WITHOUT_RIGHTS("- - - - x -"),
    SUDO_EXPIRED("- - - - - -"),
    SUDO_OF_OTHER_REALM("- - - - - -"),

    REFRESH("- - - - - o"),
    REFRESH_WITH_2FA_OFF("- - - - - o"),
    REFRESH_OFFLINE("- - - - - o"),
    REFRESH_OF_OTHER_REALM("- - - - - -"),

    ID("- - - - - -"),
    INITIAL_ACCESS("- - - - - -"),
    REGISTRATION_ACCESS("- - - - - -"),
    ACTION("- - - - - -"),
    IDENTITY_COOKIE("- - - - - -");

    private final String row;

    TokenKind(String row) {
        this.row = row;
    }

    Verdict at(Column column) {
        return switch (row.charAt(2 * List.of(Column.values()).indexOf(column))) {
            case 'o' -> Verdict.OPENS;
            case '-' -> Verdict.INVALID;
            case 's' -> Verdict.SUDO_REQUIRED;
            case 'x' -> Verdict.FORBIDDEN;
            default -> throw new IllegalStateException(row);
        };
    }

    /** A kind of door: doors of one kind say the same to each token. */
    enum Column {
        READ,
        GUESS,
        MANAGE,
        VALIDATE,
        PRESENCE,
        REFRESH
    }

    /** All of these families but those that are over or of elsewhere. */
    static Set<TokenKind> living(String... families) {
        return Stream.of(values())
                .filter(kind -> Stream.of(families).anyMatch(kind.name()::startsWith))
                .filter(kind ->
                        !kind.name().endsWith("_EXPIRED") && !kind.name().endsWith("_OF_OTHER_REALM"))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(TokenKind.class)));
    }
}
