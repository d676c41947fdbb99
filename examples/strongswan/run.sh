#!/usr/bin/env bash
# IKEv2 of strongSwan with a key that a KME delivered as its post-quantum pre-shared key (PPK, RFC 8784). Two charons in two
# network namespaces; the two applications' certificates authenticate, and the PPK, whose ID is the key's ID, goes into every key
# that IKE derives. Shows that the IKE SA is established with the PPK, that a second key takes the first one's place, and that
# one wrong byte fails the authentication.
#
#   examples/strongswan/run.sh [HERALD]      the program; default: herald. As root; exit status 77: this machine lacks something
set -euo pipefail
umask 077
herald=$(command -v "${1:-herald}")
# shellcheck source=/dev/null
source "$(dirname "$0")/../kme/two-sites.sh"

skip() { echo "skipped: $*"; exit 77; }
for tool in ip charon-systemd swanctl; do
  command -v $tool >/dev/null || skip "there is no $tool (Debian: iproute2, charon-systemd, strongswan-swanctl)"
done
[ "$(id -u)" -eq 0 ] || skip "only root can make network namespaces"

work=$(mktemp -d) mark=$$ daemons=()
tidy() {
  [ ${#daemons[@]} -eq 0 ] || kill "${daemons[@]}" 2>/dev/null || true
  stop_two_sites
  ip netns del "herald-a-$mark" 2>/dev/null || true
  ip netns del "herald-b-$mark" 2>/dev/null || true
  rm -rf "$work"
}
trap tidy EXIT

for end in a b; do ip netns add "herald-$end-$mark" || skip "this machine allows no network namespaces"; done
ip -n "herald-a-$mark" link add wire type veth peer name wire netns "herald-b-$mark" || skip "this machine allows no veth"
ip -n "herald-a-$mark" address add 192.0.2.1/24 dev wire
ip -n "herald-b-$mark" address add 192.0.2.2/24 dev wire
for end in a b; do ip -n "herald-$end-$mark" link set wire up; done
sites=$work/sites
start_two_sites "$herald" "$sites"

# What stays: certificates, connection. charon-systemd reads strongswan.conf, swanctl its own folder.
configure() {
  local end=$1 own=$2 other=$3 address=$4 remote=$5 folder=$work/$1
  mkdir -p "$folder"/{x509,x509ca,private}
  cp "$sites/site-a/applications/$own.pem" "$folder/x509/own.pem"
  cp "$sites/site-a/applications/$own.key" "$folder/private/own.key"
  cp "$sites/site-a/authority.pem" "$folder/x509ca/authority.pem"
  cat >"$folder/strongswan.conf" <<END
charon-systemd {
  load = random nonce openssl kdf pem pkcs1 pkcs8 pubkey x509 revocation constraints kernel-netlink socket-default vici
  plugins { vici { socket = unix://$folder/vici } }
  filelog { log { path = $folder/log
                  default = 1
                  flush_line = yes } }
  journal { default = -1 }
  retransmit_tries = 2
}
swanctl { load = random nonce openssl pem pkcs1 pkcs8 pubkey x509 }
END
  cat >"$folder/swanctl.conf" <<END
connections {
  peer {
    version = 2
    proposals = aes256-sha256-x25519
    local_addrs = $address
    remote_addrs = $remote
    childless = force            # the kernel of a test machine may know no ESP; with it: children { … }
    ppk_required = yes           # no PPK, no tunnel
    include ppk_id.conf
    local { certs = own.pem
            id = "CN=$own" }
    remote { cacerts = authority.pem
             id = "CN=$other" }
  }
}
secrets {
  include ppk.conf
}
END
}

# ppk END FILE ID: the connection's PPK from now on. The secret stands in a file of mode 0600, as 0x and its hex digits.
ppk() {
  echo "ppk_id = $3" >"$work/$1/ppk_id.conf"
  { printf 'ppk-herald {\n  id = %s\n  secret = 0x' "$3"; tr -d '\n' <"$2"; printf '\n}\n'; } >"$work/$1/ppk.conf"
  swan "$1" --load-all --clear --noprompt >"$work/$1/loaded" 2>&1 || { cat "$work/$1/loaded" >&2; return 1; }
}

swan() { STRONGSWAN_CONF=$work/$1/strongswan.conf SWANCTL_DIR=$work/$1 swanctl "${@:2}" --uri "unix://$work/$1/vici"; }

start() {
  STRONGSWAN_CONF=$work/$1/strongswan.conf ip netns exec "herald-$1-$mark" charon-systemd >"$work/$1/said" 2>&1 &
  daemons+=($!)
  for _ in $(seq 100); do
    if [ -S "$work/$1/vici" ]; then return; fi
    sleep 0.1
  done
  echo "charon does not start: $(cat "$work/$1/said")" >&2
  return 1
}

configure a vpn-1 vpn-2 192.0.2.1 192.0.2.2
configure b vpn-2 vpn-1 192.0.2.2 192.0.2.1
start a
start b

# A new key at both ends: here the script carries its ID; between two sites whatever reaches the other end does, as a line of
# ssh, since the ID is no secret.
refresh() {
  id=$(as vpn-1 "$herald" key fetch --output "$work/a.hex" --format hex 2>/dev/null)
  as vpn-2 "$herald" key fetch --output "$work/b.hex" --format hex --id "$id" >/dev/null 2>&1
}
initiate() { swan a --initiate --ike peer --timeout 20 >"$work/initiated" 2>&1; }

# established ID: there is an IKE SA, which has used this PPK.
established() {
  swan b --list-sas >"$work/sas"
  grep -q ESTABLISHED "$work/sas" && grep -q "PPK" "$work/sas" && grep -q "using PPK for PPK_ID '$1'" "$work/b/log"
}

for turn in first second; do
  refresh
  ppk a "$work/a.hex" "$id"
  ppk b "$work/b.hex" "$id"
  initiate || { cat "$work/initiated" >&2; exit 1; }
  established "$id" || { cat "$work/sas" "$work/b/log" >&2; exit 1; }
  echo "IKE SA on the $turn delivered key $id: $(sed -n 's/^ *\(AES.*\)/\1/p' "$work/sas" | head -n 1)"
  swan a --terminate --ike peer >/dev/null
done

refresh
ppk a "$work/a.hex" "$id"
first=$(head -c 1 "$work/b.hex")
{ if [ "$first" = 0 ]; then printf 1; else printf 0; fi; tail -c +2 "$work/b.hex"; } >"$work/wrong.hex"
ppk b "$work/wrong.hex" "$id"
if initiate || ! grep -q AUTHENTICATION_FAILED "$work/initiated"; then
  echo "a wrong PPK was accepted, or refused for another reason: $(cat "$work/initiated")" >&2
  exit 1
fi
echo "With a wrong byte: AUTHENTICATION_FAILED; no IKE SA"
