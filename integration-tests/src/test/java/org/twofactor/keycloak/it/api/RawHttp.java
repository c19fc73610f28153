package org.twofactor.keycloak.it.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request that no decent HTTP client would send, byte for byte over a socket: a header twice, a method that there is
 * not, a length that is a lie. Its answers are not held against the contract: what is not HTTP never reaches our code.
 */
public final class RawHttp {

    private static final int PATIENCE_MILLIS = 30_000;

    private final URI server;
    private final StringBuilder head = new StringBuilder();
    private String body = "";

    private RawHttp(URI server, String host, String requestLine) {
        this.server = server;
        head.append(requestLine).append("\r\nHost: ").append(host);
        head.append("\r\nConnection: close\r\n");
    }

    /** {@code RawHttp.to(server.url(), "BREW /realms/x/user/2fa HTTP/1.1")}; Host and Connection are added. */
    public static RawHttp to(URI server, String requestLine) {
        return new RawHttp(server, server.getAuthority(), requestLine);
    }

    /** The same, with another server's name in the header Host. */
    public static RawHttp toHost(URI server, String host, String requestLine) {
        return new RawHttp(server, host, requestLine);
    }

    /** Adds a header line, as it stands. */
    public RawHttp header(String line) {
        head.append(line).append("\r\n");
        return this;
    }

    /** Sets the body, and the right Content-Length. */
    public RawHttp body(String text) {
        return header("Content-Length: " + text.getBytes(StandardCharsets.UTF_8).length)
                .bodyWithoutLength(text);
    }

    /** Sets the body alone: whoever wants to lie about its length adds the header. */
    public RawHttp bodyWithoutLength(String text) {
        body = text;
        return this;
    }

    public Answer send() {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((head + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return parse(socket.getInputStream()).remembered();
        } catch (IOException e) {
            throw new UncheckedIOException(head.toString(), e);
        }
    }

    static Answer parse(InputStream in) throws IOException {
        String statusLine = line(in);
        String[] words = statusLine.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("no HTTP answer: '" + statusLine + "'");
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] header = line.split(":", 2);
            headers.computeIfAbsent(header[0], name -> new ArrayList<>()).add(header[1].strip());
        }
        boolean chunked = headers.getOrDefault("Transfer-Encoding", List.of()).contains("chunked");
        byte[] content = chunked ? chunks(in) : rest(in, headers);
        return new Answer(Integer.parseInt(words[1]), headers, new String(content, StandardCharsets.UTF_8));
    }

    private static byte[] rest(InputStream in, Map<String, List<String>> headers) throws IOException {
        List<String> length = headers.get("Content-Length");
        // Without a length the body ends with the connection.
        return length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length.get(0)));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            all.write(in.readNBytes(size));
            line(in);
        }
        return all.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
