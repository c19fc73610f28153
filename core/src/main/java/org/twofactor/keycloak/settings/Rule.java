package org.twofactor.keycloak.settings;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a setting may hold, and the sentence that says so. */
record Rule(String sentence, boolean isFlag, Predicate<String> check) {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,6}");
    private static final Pattern DOMAIN = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}");
    private static final Pattern PAIR = Pattern.compile("[^=,\\s]{1,256}=[A-Za-z0-9._-]+");

    static Rule between(int least, int most) {
        return new Rule("Write a whole number from %d to %d".formatted(least, most), false, value -> {
            if (!DIGITS.matcher(value).matches()) {
                return false;
            }
            int number = Integer.parseInt(value);
            return number >= least && number <= most;
        });
    }

    static Rule flag() {
        return new Rule("Write true or false", true, value -> value.equals("true") || value.equals("false"));
    }

    static Rule listOf(String... names) {
        List<String> known = List.of(names);
        return new Rule(
                "Write one or more of %s, comma separated".formatted(String.join(", ", known)),
                false,
                value -> items(value).allMatch(known::contains));
    }

    static Rule optionalText() {
        return new Rule("", false, value -> true);
    }

    static Rule domains() {
        return new Rule(
                "Write domains such as example.org, comma separated",
                false,
                value -> items(value).allMatch(DOMAIN.asMatchPredicate()));
    }

    static Rule pairs() {
        return new Rule(
                "Write name=theme pairs such as shop=shop-theme, comma separated",
                false,
                value -> items(value).allMatch(PAIR.asMatchPredicate()));
    }

    boolean allows(String value) {
        return check.test(value);
    }

    /** The items of a comma separated list, stripped; an empty item stays, so that a rule can refuse it. */
    static Stream<String> items(String value) {
        return Stream.of(value.split(",", -1)).map(String::strip);
    }
}
