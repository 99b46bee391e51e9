// Receives ArkanPM webhooks: WEBHOOK_SECRET=... [PORT=8000] java Receiver.java
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.*;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;

public class Receiver {
    static final int BODY_MAX_BYTES = 1024 * 1024, TOLERANCE_SECONDS = 5 * 60, SEEN_MAX = 100_000;

    static byte[] plainKey, standardKey;

    /** Ids taken so far, oldest first. In production: a unique column, written in the transaction of the work itself. */
    static final Set<String> seen = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) { return size() > SEEN_MAX; }
    }));

    public static void main(String[] args) throws IOException {
        String secret = System.getenv().getOrDefault("WEBHOOK_SECRET", "");
        plainKey = secret.getBytes(UTF_8);
        standardKey = secret.startsWith("whsec_") ? Base64.getDecoder().decode(secret.substring(6)) : plainKey;
        if (standardKey.length == 0) throw new IllegalArgumentException("WEBHOOK_SECRET is missing");

        System.setProperty("sun.net.httpserver.maxReqTime", "10"); // Seconds for the whole request.
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", Receiver::handle);
        server.start();
        System.out.println("ready http://127.0.0.1:" + server.getAddress().getPort());
    }

    static void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_MAX_BYTES + 1);
            int status = body.length > BODY_MAX_BYTES ? 413 : receive(exchange.getRequestHeaders(), body);
            exchange.sendResponseHeaders(status, -1);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // Every Java has HmacSHA256.
        }
    }

    /** The status to answer. */
    static int receive(Headers headers, byte[] body) throws GeneralSecurityException {
        String id = headers.getFirst("webhook-id"), timestamp = headers.getFirst("webhook-timestamp");
        String signatures = headers.getFirst("webhook-signature"), plainSignature = headers.getFirst("X-Signature");
        if (id == null || timestamp == null || signatures == null || plainSignature == null) return 400;
        if (id.isEmpty() || !timestamp.matches("[0-9]{1,12}")) return 400;
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) return 401;

        byte[] standard = sign(standardKey, (id + "." + timestamp + ".").getBytes(UTF_8), body);
        String expected = "v1," + Base64.getEncoder().encodeToString(standard);
        if (!anyEqual(signatures.split(" "), expected)) return 401;
        // While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
        String previous = Objects.requireNonNullElse(headers.getFirst("X-Signature-Previous"), "");
        String plain = HexFormat.of().formatHex(sign(plainKey, body));
        if (!anyEqual(new String[] {plainSignature, previous}, plain)) return 401;

        // Your work begins here where it is new: queue the body, then answer.
        System.out.println((seen.add(id) ? "processed " : "duplicate ") + id);
        return 204;
    }

    static byte[] sign(byte[] key, byte[]... parts) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        for (byte[] part : parts) mac.update(part);
        return mac.doFinal();
    }

    /** MessageDigest.isEqual takes a time that does not tell how much of a candidate is right. */
    static boolean anyEqual(String[] candidates, String expected) {
        return Arrays.stream(candidates)
            .anyMatch(candidate -> MessageDigest.isEqual(candidate.getBytes(UTF_8), expected.getBytes(UTF_8)));
    }
}
