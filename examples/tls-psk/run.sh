#!/usr/bin/env bash
# TLS 1.3 with an external PSK that a KME delivered, by OpenSSL's own s_server and s_client: no certificates at all. Shows that
# the connection stands on the delivered key, and that with one wrong byte there is none.
#
#   examples/tls-psk/run.sh [HERALD]      the program; default: herald
#
# OpenSSL's -psk wants the key on the command line, where every user of the machine can read it. So each end writes the key
# into a session file of mode 0600 (-psk_session); the PSK's identity is the key's ID.
set -euo pipefail
umask 077
herald=$(command -v "${1:-herald}")
# shellcheck source=/dev/null
source "$(dirname "$0")/../kme/two-sites.sh"
work=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill $server 2>/dev/null; stop_two_sites; rm -rf "$work"' EXIT
cd "$work"

# session KEY.hex: a session of TLS 1.3 (0x0304) and TLS_AES_128_GCM_SHA256 (0x1301) whose secret is that key; the key goes
# through files alone.
session() {
  { printf 'asn1=SEQUENCE:s\n[s]\nversion=INTEGER:1\ntls=INTEGER:0x0304\ncipher=FORMAT:HEX,OCT:1301\nid=OCT:\nkey=FORMAT:HEX,OCT:'
    cat "$1"; } >"$1.asn1"
  openssl asn1parse -genconf "$1.asn1" -noout -out "$1.der"
  openssl sess_id -inform DER -in "$1.der" -outform PEM -out "$1.session"
  rm "$1.asn1" "$1.der"
}

# serve KEY.hex ID: s_server in the background; its port.
serve() {
  openssl s_server -accept 127.0.0.1:0 -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256 -nocert -psk_identity "$2" \
    -psk_session "$1.session" -rev >server.log 2>&1 &
  server=$!
  for _ in $(seq 100); do
    if grep -oE '^ACCEPT .*' server.log | grep -oE '[0-9]+$' >port; then return; fi
    sleep 0.05
  done
  echo "s_server does not start: $(cat server.log)" >&2
  return 1
}

# connect KEY.hex ID: sends a line; what comes back, in client.log.
connect() {
  { echo "keys come from light"; sleep 1; } | openssl s_client -nocommands -connect "127.0.0.1:$(cat port)" -tls1_3 \
    -ciphersuites TLS_AES_128_GCM_SHA256 -psk_identity "$2" -psk_session "$1.session" >client.log 2>&1
}

start_two_sites "$herald" "$work/sites"
id=$(as vpn-1 "$herald" key fetch --output server.hex --format hex 2>/dev/null)
as vpn-2 "$herald" key fetch --output client.hex --format hex --id "$id" >/dev/null 2>&1
session server.hex
session client.hex
serve server.hex "$id"

# The log holds the session's secrets; what is shown of it does not.
if ! connect client.hex "$id" || ! grep -q 'Reused, TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256' client.log ||
  ! grep -q 'thgil morf emoc syek' client.log; then # the server's answer: the line, reversed
  echo "no connection: $(grep -iE 'error|alert|Cipher is' client.log)" >&2
  exit 1
fi
echo "TLS 1.3 on the delivered key $id: $(grep -o 'Reused.*' client.log | head -n 1)"

# One wrong bit.
first=$(head -c 1 client.hex)
{ if [ "$first" = 0 ]; then printf 1; else printf 0; fi; tail -c +2 client.hex; } >wrong.hex
session wrong.hex
if connect wrong.hex "$id" || ! grep -q alert client.log || grep -q thgil client.log; then
  echo "a wrong key was accepted, or refused for another reason: $(grep -iE 'error|alert|Cipher is' client.log)" >&2
  exit 1
fi
echo "With a wrong byte: $(grep -oE 'alert [a-z ]+' client.log | head -n 1); no connection"
