<?php
// Receives ArkanPM webhooks: WEBHOOK_SECRET=... php -S 127.0.0.1:8000 receiver.php  (or behind php-fpm)
declare(strict_types=1);

const BODY_MAX_BYTES = 1024 * 1024;
const TOLERANCE_SECONDS = 5 * 60;
const SEEN_SECONDS = 31 * 24 * 3600;

http_response_code(receive());

/** The status to answer. */
function receive(): int
{
    $secret = (string) getenv('WEBHOOK_SECRET');
    $standardKey = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6), true) : $secret;
    if (!$standardKey) {
        error_log('WEBHOOK_SECRET is missing or not whsec_ and Base64');
        return 500;
    }
    // The raw body: what json_decode and json_encode give back has other bytes, and so another signature.
    $body = file_get_contents('php://input', length: BODY_MAX_BYTES + 1);
    if (strlen($body) > BODY_MAX_BYTES) {
        return 413;
    }
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    $signatures = $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '';
    $plainSignature = $_SERVER['HTTP_X_SIGNATURE'] ?? '';
    if ($id === '' || $signatures === '' || $plainSignature === '' || !preg_match('/\A[0-9]{1,12}\z/', $timestamp)) {
        return 400;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return 401;
    }
    $standard = base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $standardKey, true));
    if (!anyEqual(explode(' ', $signatures), "v1,$standard")) {
        return 401;
    }
    // While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
    $plain = hash_hmac('sha256', $body, $secret);
    if (!anyEqual([$plainSignature, $_SERVER['HTTP_X_SIGNATURE_PREVIOUS'] ?? ''], $plain)) {
        return 401;
    }
    // Your work begins here where it is new: queue json_decode($body), then answer.
    file_put_contents('php://stdout', (isNew($id) ? 'processed ' : 'duplicate ') . $id . "\n");
    return 204;
}

/** hash_equals takes a time that does not tell how much of a candidate is right. */
function anyEqual(array $candidates, string $expected): bool
{
    foreach ($candidates as $candidate) {
        if (hash_equals($expected, $candidate)) {
            return true;
        }
    }
    return false;
}

/**
 * Whether the id comes for the first time: mode x makes the file or fails, so only one of two requests at once gets it.
 * In production: a unique column, written in the transaction of the work itself.
 */
function isNew(string $id): bool
{
    $seen = getenv('SEEN_DIR') ?: sys_get_temp_dir() . '/arkan-webhooks-seen';
    @mkdir($seen, 0700, true);
    if (random_int(1, 1000) === 1) {
        foreach (glob("$seen/*") as $file) {
            @filemtime($file) < time() - SEEN_SECONDS && @unlink($file);
        }
    }
    return (bool) @fopen($seen . '/' . hash('sha256', $id), 'x');
}
