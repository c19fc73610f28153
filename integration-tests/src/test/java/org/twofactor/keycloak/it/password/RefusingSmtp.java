package org.twofactor.keycloak.it.password;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A mail server that knows none of its mailboxes: 550 to every recipient, which no second attempt will change. */
final class RefusingSmtp implements AutoCloseable {
    private final ServerSocket socket;

    private RefusingSmtp(ServerSocket socket) {
        this.socket = socket;
    }

    static RefusingSmtp start() {
        try {
            RefusingSmtp smtp = new RefusingSmtp(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread thread = new Thread(smtp::serve, "refusing-smtp");
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
        say(client, "220 here");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("RCPT")) {
                say(client, "550 5.1.1 no such mailbox");
            } else {
                say(client, line.startsWith("QUIT") ? "221 bye" : "250 fine");
            }
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
