package org.twofactor.keycloak.it.browser;

import java.util.Map;

/**
 * How somebody's browser is set. Change one thing at a time: {@code Look.USUAL.darkened().in("fr")}.
 *
 * @param language what {@code Accept-Language} says
 */
public record Look(Screen screen, String language, boolean dark, boolean scripts) {

    /** A wide window, light, in English, with JavaScript. */
    public static final Look USUAL = new Look(Screen.DESKTOP, "en", false, true);

    /** The room that a page gets, in CSS pixels, and how many of the screen's make one of them. */
    public enum Screen {
        DESKTOP(1280, 900, 1, false),
        PHONE(390, 844, 2, true),
        /**
         * The desktop's window at 400 %.
         *
         * @see <a href="https://www.w3.org/TR/WCAG22/#reflow">WCAG 2.2 1.4.10 Reflow: 320 CSS pixels</a>
         */
        ZOOMED_TO_400_PERCENT(320, 256, 4, false),
        /** What the pictures in the docs are taken of. */
        PICTURE(1280, 800, 1, false),
        /** The same for what has more lines. */
        TALL_PICTURE(1280, 1500, 1, false);

        private final int width;
        private final int height;
        private final int scale;
        private final boolean mobile;

        Screen(int width, int height, int scale, boolean mobile) {
            this.width = width;
            this.height = height;
            this.scale = scale;
            this.mobile = mobile;
        }

        /** For the browser's own {@code Emulation.setDeviceMetricsOverride}. */
        Map<String, Object> metrics() {
            return Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", mobile);
        }
    }

    public Look on(Screen another) {
        return new Look(another, language, dark, scripts);
    }

    public Look in(String another) {
        return new Look(screen, another, dark, scripts);
    }

    /** The user prefers a dark colour scheme. */
    public Look darkened() {
        return new Look(screen, language, true, scripts);
    }

    public Look withoutScripts() {
        return new Look(screen, language, dark, false);
    }
}
