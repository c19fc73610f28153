package org.twofactor.keycloak.it.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An SMTP server before the {@link Inbox} that does as it is told: it takes a connection and says nothing, or refuses an
 * address with a reply of its own. Otherwise it passes on what each side says to the other.
 */
public final class UnrulySmtp implements AutoCloseable {
    private final ServerSocket socket;
    private final String host;
    private final int behind;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "unruly-smtp");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Deque<String>> replies = new HashMap<>();
    private final Map<String, List<Long>> attempts = new HashMap<>();
    private boolean hanging;
    private int held;
    private int greeted;
    private int toGreet = Integer.MAX_VALUE;

    private UnrulySmtp(String host, int behind) throws IOException {
        this.host = host;
        this.behind = behind;
        this.socket = new ServerSocket(0, 200, InetAddress.getByName(host));
    }

    /** Starts it, on any free port of that address, which the inbox listens on too. */
    public static UnrulySmtp before(Inbox inbox, String host) {
        try {
            UnrulySmtp smtp = new UnrulySmtp(host, inbox.port());
            smtp.threads.execute(smtp::accept);
            return smtp;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** From now on it takes connections and says nothing. */
    public synchronized void hang() {
        hanging = true;
        toGreet = 0;
    }

    /** Goes on with all that it has left waiting, and with what comes. */
    public synchronized void goOn() {
        hanging = false;
        notifyAll();
    }

    /** Goes on with so many connections, and hangs again. */
    public synchronized void goOnWith(int connections) {
        greeted = 0;
        toGreet = connections;
        notifyAll();
    }

    /** How many connections it leaves waiting now. */
    public synchronized int held() {
        return held;
    }

    /** Refuses the next attempts to send to that address with these replies, one each: {@code "451 not now"}. */
    public synchronized void refuse(String address, String... lines) {
        replies.computeIfAbsent(address, key -> new ArrayDeque<>()).addAll(List.of(lines));
    }

    /** When somebody tried to send to that address, by {@link System#nanoTime}. */
    public synchronized List<Long> attempts(String address) {
        return List.copyOf(attempts.getOrDefault(address, List.of()));
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                // The thread that serves it closes it.
                @SuppressWarnings("resource")
                Socket client = socket.accept();
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            awaitGreeting();
            try (Socket inbox = new Socket(host, behind)) {
                Side here = new Side(client);
                Side there = new Side(inbox);
                there.passReplyTo(here);
                for (String line = here.read(); line != null; line = here.read()) {
                    talk(line, here, there);
                }
            }
        } catch (IOException gone) {
            // As when the client has waited long enough.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitGreeting() throws InterruptedException {
        held++;
        try {
            while (hanging && greeted >= toGreet) {
                wait();
            }
            greeted++;
        } finally {
            held--;
        }
    }

    private void talk(String line, Side here, Side there) throws IOException {
        String command = line.toUpperCase(Locale.ROOT);
        Optional<String> refusal = command.startsWith("RCPT TO:")
                ? refusal(line.substring(line.indexOf('<') + 1, line.indexOf('>')))
                : Optional.empty();
        if (refusal.isPresent()) {
            here.write(refusal.get());
            return;
        }
        there.write(line);
        there.passReplyTo(here);
        if (command.equals("DATA")) {
            String text;
            do {
                text = here.read();
                there.write(text);
            } while (!".".equals(text));
            there.passReplyTo(here);
        }
    }

    private synchronized Optional<String> refusal(String address) {
        attempts.computeIfAbsent(address, key -> new ArrayList<>()).add(System.nanoTime());
        return Optional.ofNullable(replies.get(address)).map(Deque::poll);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** One end of a conversation, line by line. */
    private static final class Side {
        private final BufferedReader in;
        private final Writer out;

        Side(Socket socket) throws IOException {
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            out = new java.io.OutputStreamWriter(socket.getOutputStream(), StandardCharsets.ISO_8859_1);
        }

        String read() throws IOException {
            return in.readLine();
        }

        void write(String line) throws IOException {
            if (line == null) {
                throw new IOException("the other side has gone");
            }
            out.write(line + "\r\n");
            out.flush();
        }

        /** All lines of a reply: the last has a space after its number. */
        void passReplyTo(Side other) throws IOException {
            String line;
            do {
                line = read();
                other.write(line);
            } while (line.startsWith("-", 3));
        }
    }
}
