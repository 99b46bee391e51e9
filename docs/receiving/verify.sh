#!/bin/sh
# Verifies one delivery with sh and openssl. The body comes on stdin, byte for byte; the secret and a folder for ids from the environment:
#   WEBHOOK_SECRET=... [SEEN_DIR=...] sh verify.sh WEBHOOK-ID WEBHOOK-TIMESTAMP WEBHOOK-SIGNATURE X-SIGNATURE [X-SIGNATURE-PREVIOUS] <body
# Ends with 0 where it is right (answer 204), 1 where a signature or the time is not (401), 2 where something is malformed (400),
# 3 where the body is too long (413), 4 where the secret is missing or can't be used.
set -euf
umask 077
body_max_bytes=1048576 tolerance_seconds=300 seen_days=31
seen=${SEEN_DIR:-${TMPDIR:-/tmp}/arkan-webhooks-seen-$(id -u)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { status=$1; shift; echo "$*" >&2; exit "$status"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
sha256() { openssl dgst -sha256 -binary; }
# A pipeline hides that a part of it failed, and an empty hash would equal an empty signature: so each one's length is looked at.
sized() { [ ${#2} -eq "$1" ] || fail 4 'openssl gave no hash'; }

# Key bytes on stdin -> the 128 hex digits that HMAC wants.
hmac_key() {
  cat >"$work/key"
  [ "$(wc -c <"$work/key")" -le 64 ] || { sha256 <"$work/key" >"$work/hash"; mv "$work/hash" "$work/key"; }
  key=$(hex <"$work/key")
  while [ ${#key} -lt 128 ]; do key=${key}00; done
  echo "$key"
}
# The bytes of hex key $1, each xor $2.
pad() {
  left=$1 out=
  while [ -n "$left" ]; do
    rest=${left#??}
    out=$out$(printf '\\%03o' $((0x${left%"$rest"} ^ $2)))
    left=$rest
  done
  printf "$out"
}
# HMAC-SHA256 (RFC 2104) of stdin with hex key $1: `openssl dgst -hmac` would show the key to everybody in the list of processes.
hmac() { { pad "$1" 54; cat; } | sha256 | { pad "$1" 92; cat; } | sha256; }

# Whether $1 is one of the others. Both sides are hashed with a random key first, so the time of `=` tells nothing.
random_key=$(openssl rand 32 | hmac_key)
blind() { printf %s "$1" | hmac "$random_key" | hex; }
any_equal() {
  expected=$(blind "$1"); shift; sized 64 "$expected"
  for candidate; do [ "$(blind "$candidate")" != "$expected" ] || return 0; done
  return 1
}

secret=${WEBHOOK_SECRET:-}
[ -n "$secret" ] || fail 4 'WEBHOOK_SECRET is missing'
plain_key=$(printf %s "$secret" | hmac_key)
standard_key=$plain_key
case $secret in whsec_*)
  printf %s "${secret#whsec_}" | openssl base64 -d -A >"$work/decoded" 2>/dev/null || :
  [ "$(openssl base64 -A <"$work/decoded")" = "${secret#whsec_}" ] && [ -s "$work/decoded" ] || fail 4 'WEBHOOK_SECRET is not whsec_ and Base64'
  standard_key=$(hmac_key <"$work/decoded")
esac

[ $# -ge 4 ] && [ -n "$1" ] && [ -n "$3" ] && [ -n "$4" ] || fail 2 'wants an id, a timestamp and both signatures'
id=$1 timestamp=$2 signatures=$3 plain_signature=$4 plain_signature_previous=${5:-}
case $timestamp in '' | 0?* | *[!0-9]* | ?????????????*) fail 2 'the timestamp is not a number of seconds' ;; esac
head -c $((body_max_bytes + 1)) >"$work/body"
[ "$(wc -c <"$work/body")" -le "$body_max_bytes" ] || fail 3 'the body is too long'

age=$(($(date +%s) - timestamp))
[ "${age#-}" -le "$tolerance_seconds" ] || fail 1 'the timestamp is too far from now'
standard=$({ printf %s "$id.$timestamp."; cat "$work/body"; } | hmac "$standard_key" | openssl base64 -A)
sized 44 "$standard"
any_equal "v1,$standard" $signatures || fail 1 'no right signature in webhook-signature'
plain=$(hmac "$plain_key" <"$work/body" | hex)
sized 64 "$plain"
# While a rotation lasts, a receiver that still has the old secret finds its own signature in X-Signature-Previous.
any_equal "$plain" "$plain_signature" "$plain_signature_previous" || fail 1 'X-Signature is not right'

# mkdir makes the folder or fails, so only one of two at once gets the id.
mkdir -p "$seen"
find "$seen" -mindepth 1 -maxdepth 1 -mtime +"$seen_days" -exec rmdir {} +
if mkdir "$seen/$(printf %s "$id" | sha256 | hex)" 2>/dev/null; then echo "processed $id"; else echo "duplicate $id"; fi
