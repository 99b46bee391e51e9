"""Receives ArkanPM webhooks: WEBHOOK_SECRET=... [PORT=8000] python3 receiver.py"""

import base64
import hashlib
import hmac
import os
import re
import sys
import threading
import time
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_MAX_BYTES = 1024 * 1024
TOLERANCE_SECONDS = 5 * 60
SEEN_MAX = 100_000

secret = os.environ.get("WEBHOOK_SECRET", "")
plain_key = secret.encode()
standard_key = base64.b64decode(secret[6:], validate=True) if secret.startswith("whsec_") else plain_key
if not standard_key:
    sys.exit("WEBHOOK_SECRET is missing")

# Ids taken so far, oldest first. In production: a unique column, written in the transaction of the work itself.
seen: "OrderedDict[str, None]" = OrderedDict()
seen_lock = threading.Lock()


def any_equal(candidates, expected):
    """Compares in a time that does not tell how much of a candidate is right."""
    return any(hmac.compare_digest(candidate.encode(), expected.encode()) for candidate in candidates)


def receive(headers, body):
    """The status to answer."""
    webhook_id, timestamp = headers.get("webhook-id"), headers.get("webhook-timestamp", "")
    signatures, plain_signature = headers.get("webhook-signature"), headers.get("X-Signature")
    if not (webhook_id and signatures and plain_signature and re.fullmatch(r"[0-9]{1,12}", timestamp)):
        return 400
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return 401

    signed = f"{webhook_id}.{timestamp}.".encode() + body
    standard = base64.b64encode(hmac.new(standard_key, signed, hashlib.sha256).digest()).decode()
    if not any_equal(signatures.split(" "), f"v1,{standard}"):
        return 401
    # While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
    plain = hmac.new(plain_key, body, hashlib.sha256).hexdigest()
    if not any_equal([plain_signature, headers.get("X-Signature-Previous", "")], plain):
        return 401

    with seen_lock:
        is_new = webhook_id not in seen
        seen[webhook_id] = None
        if len(seen) > SEEN_MAX:
            seen.popitem(last=False)
    # Your work begins here where it is new: queue json.loads(body), then answer.
    print("processed" if is_new else "duplicate", webhook_id, flush=True)
    return 204


class Handler(BaseHTTPRequestHandler):
    timeout = 10  # Seconds that a read may take.

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,12}", length):
            status = 411
        elif int(length) > BODY_MAX_BYTES:
            status = 413
        else:
            status = receive(self.headers, self.rfile.read(int(length)))
        self.send_response(status)
        self.end_headers()


with ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler) as server:
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
