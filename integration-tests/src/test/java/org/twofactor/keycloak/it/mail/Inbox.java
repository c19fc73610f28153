package org.twofactor.keycloak.it.mail;

import com.icegreen.greenmail.user.MessageDeliveryHandler;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The mailboxes of everybody: an SMTP server that takes any mail and keeps it. Mails are read per address, in the order
 * of their arrival; {@link #next} takes the oldest that it has not given out yet, and waits for it.
 */
public final class Inbox implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final GreenMail smtp;
    private final List<Mail> all = new ArrayList<>();
    private final Map<String, Integer> taken = new HashMap<>();

    private Inbox(GreenMail smtp) {
        this.smtp = smtp;
    }

    /**
     * Starts it.
     *
     * @param port 0 for any free one
     */
    public static Inbox start(String host, int port) {
        GreenMail smtp = new GreenMail(new ServerSetup(port, host, ServerSetup.PROTOCOL_SMTP));
        Inbox inbox = new Inbox(smtp);
        smtp.start();
        MessageDeliveryHandler mailboxes = smtp.getUserManager().getMessageDeliveryHandler();
        smtp.getUserManager().setMessageDeliveryHandler((message, address) -> {
            inbox.arrived(Mail.of(address.getEmail(), message.getMessage()));
            return mailboxes.handle(message, address);
        });
        return inbox;
    }

    /** The port that it listens on. */
    public int port() {
        return smtp.getSmtp().getPort();
    }

    private synchronized void arrived(Mail mail) {
        all.add(mail);
        notifyAll();
    }

    /** All mails that have arrived, for anybody, oldest first. */
    public synchronized List<Mail> all() {
        return List.copyOf(all);
    }

    /** All mails to this address that have arrived, oldest first, whether they were given out or not. */
    public synchronized List<Mail> all(String address) {
        return all.stream().filter(mail -> sameAddress(mail.to(), address)).toList();
    }

    /** The oldest mail to this address that was not given out yet. Waits for one; fails when none comes. */
    public Mail next(String address) {
        return next(address, mail -> true);
    }

    /** As {@link #next(String)}, passing over mails that are not wanted (they count as given out). */
    public Mail next(String address, Predicate<Mail> wanted) {
        return awaitArrival(address, () -> take(address, wanted));
    }

    /** Counts all mails to this address as given out that have arrived by now. */
    public synchronized void passOver(String address) {
        taken.put(address.toLowerCase(Locale.ROOT), all(address).size());
    }

    private Optional<Mail> take(String address, Predicate<Mail> wanted) {
        List<Mail> mails = all(address);
        String key = address.toLowerCase(Locale.ROOT);
        for (int i = taken.getOrDefault(key, 0); i < mails.size(); i++) {
            taken.put(key, i + 1);
            if (wanted.test(mails.get(i))) {
                return Optional.of(mails.get(i));
            }
        }
        return Optional.empty();
    }

    /** Waits until that many mails to this address have arrived in all, given out or not. */
    public List<Mail> await(String address, int count) {
        return awaitArrival(address, () -> Optional.of(all(address)).filter(mails -> mails.size() >= count));
    }

    private synchronized <T> T awaitArrival(String address, Supplier<Optional<T>> look) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<T> found = look.get();
        while (found.isEmpty()) {
            long millisLeft = (deadline - System.nanoTime()) / 1_000_000;
            if (millisLeft <= 0) {
                throw new AssertionError("no (further) mail to " + address + " within " + PATIENCE.toSeconds()
                        + " s; there are "
                        + all(address).stream().map(Mail::subject).toList());
            }
            try {
                wait(millisLeft);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a mail", e);
            }
            found = look.get();
        }
        return found.get();
    }

    private static boolean sameAddress(String one, String other) {
        return one.equalsIgnoreCase(other);
    }

    @Override
    public void close() {
        smtp.stop();
    }
}
