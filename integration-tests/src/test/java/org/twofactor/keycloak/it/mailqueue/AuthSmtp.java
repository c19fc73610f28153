package org.twofactor.keycloak.it.mailqueue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/** A mail server that wants a log-in, and answers it as it is told. It notes who logs in with what, and mails. */
final class AuthSmtp implements AutoCloseable {
    private static final String ACCEPTED = "235 2.7.0 accepted";

    private final ServerSocket socket;
    private final List<String> logIns = new ArrayList<>();
    private final List<String> recipients = new ArrayList<>();
    private final AtomicReference<String> reply = new AtomicReference<>(ACCEPTED);

    private AuthSmtp(ServerSocket socket) {
        this.socket = socket;
    }

    static AuthSmtp start(String host) {
        try {
            AuthSmtp smtp = new AuthSmtp(new ServerSocket(0, 50, InetAddress.getByName(host)));
            Thread thread = new Thread(smtp::serve, "auth-smtp");
            thread.setDaemon(true);
            thread.start();
            return smtp;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** From now on every log-in is answered with this line. */
    void answer(String line) {
        reply.set(line);
    }

    void accept() {
        reply.set(ACCEPTED);
    }

    /** What was given at each log-in, decoded: {@code XOAUTH2 user=…^Aauth=Bearer …^A^A}. */
    synchronized List<String> logIns() {
        return List.copyOf(logIns);
    }

    /** To whom mails were accepted. */
    synchronized List<String> recipients() {
        return List.copyOf(recipients);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                converse(client);
            } catch (IOException over) {
                // The client has hung up, or we ourselves have: then the loop ends.
            }
        }
    }

    private void converse(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        boolean loggedIn = false;
        say(client, "220 here");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String command = line.toUpperCase(Locale.ROOT);
            if (command.startsWith("EHLO")) {
                say(client, "250-here");
                say(client, "250 AUTH PLAIN XOAUTH2");
            } else if (command.startsWith("AUTH ")) {
                String answer = logIn(line.split(" "), client, in);
                loggedIn = answer.equals(ACCEPTED);
                say(client, answer);
            } else if (command.startsWith("QUIT")) {
                say(client, "221 bye");
            } else if (!loggedIn) {
                say(client, "530 5.7.0 log in first");
            } else if (command.equals("DATA")) {
                say(client, "354 go on");
                while (!".".equals(in.readLine())) {
                    // What it says is not looked at.
                }
                say(client, "250 taken");
            } else {
                note(command, line);
                say(client, "250 fine");
            }
        }
    }

    private String logIn(String[] words, Socket client, BufferedReader in) throws IOException {
        String given = words.length > 2 ? words[2] : prompted(client, in);
        synchronized (this) {
            logIns.add(words[1] + " " + new String(Base64.getDecoder().decode(given), StandardCharsets.UTF_8));
        }
        return reply.get();
    }

    private static String prompted(Socket client, BufferedReader in) throws IOException {
        say(client, "334 ");
        return in.readLine();
    }

    private synchronized void note(String command, String line) {
        if (command.startsWith("RCPT TO:")) {
            recipients.add(line.substring(line.indexOf('<') + 1, line.indexOf('>')));
        }
    }

    private static void say(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
