#!/usr/bin/env bash
# A WireGuard tunnel (wireguard-go) between two network namespaces, whose pre-shared key two `herald wireguard` change again and
# again with keys from two KMEs. Shows that traffic goes on while keys change, that new handshakes use the new keys, that one
# wrong byte at one end fails them, and that the next key heals the tunnel.
#
#   examples/wireguard/run.sh [HERALD]      the program; default: herald. As root; exit status 77: this machine lacks something
set -euo pipefail
umask 077
herald=$(command -v "${1:-herald}")
# shellcheck source=/dev/null
source "$(dirname "$0")/../kme/two-sites.sh"

skip() { echo "skipped: $*"; exit 77; }
for tool in ip wg wireguard-go ping; do
  command -v $tool >/dev/null || skip "there is no $tool (Debian: iproute2, wireguard-tools, wireguard-go, iputils-ping)"
done
[ "$(id -u)" -eq 0 ] || skip "only root can make network namespaces"
[ -c /dev/net/tun ] || skip "there is no /dev/net/tun"

work=$(mktemp -d) mark=$$ pids=() application=()
complain() { echo "$*" >&2; cat "$work"/rotation-*.said >&2; exit 1; }
tidy() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  stop_two_sites
  for end in a b; do ip netns del "herald-$end-$mark" 2>/dev/null || true; done
  rm -rf "$work"
}
trap tidy EXIT

# Two namespaces and a wire between them.
for end in a b; do ip netns add "herald-$end-$mark" || skip "this machine allows no network namespaces"; done
ip -n "herald-a-$mark" link add wire type veth peer name wire netns "herald-b-$mark" || skip "this machine allows no veth"
ip -n "herald-a-$mark" address add 192.0.2.1/24 dev wire
ip -n "herald-b-$mark" address add 192.0.2.2/24 dev wire
for end in a b; do ip -n "herald-$end-$mark" link set wire up; done

wg genkey >"$work/other.private"
# A tunnel over it. The names of interfaces differ: wireguard-go's control sockets are the machine's.
declare -A wg=([a]="hqa$mark" [b]="hqb$mark") public
for end in a b; do
  wg genkey >"$work/$end.private"
  public[$end]=$(wg pubkey <"$work/$end.private")
  ip netns exec "herald-$end-$mark" wireguard-go -f "${wg[$end]}" >"$work/$end.said" 2>&1 &
  pids+=($!)
  for _ in $(seq 100); do
    if wg show "${wg[$end]}" >/dev/null 2>&1; then continue 2; fi
    sleep 0.05
  done
  skip "wireguard-go does not start: $(tail -n 1 "$work/$end.said")"
done
tunnel() { # END OTHER ADDRESS-IN-THE-TUNNEL OF-THE-OTHER OF-THE-OTHER-OUTSIDE
  wg set "${wg[$1]}" private-key "$work/$1.private" listen-port 51820 peer "${public[$2]}" allowed-ips "$4/32" endpoint "$5:51820"
  ip -n "herald-$1-$mark" address add "$3/24" dev "${wg[$1]}"
  ip -n "herald-$1-$mark" link set "${wg[$1]}" up
}
tunnel a b 198.51.100.1 198.51.100.2 192.0.2.2
tunnel b a 198.51.100.2 198.51.100.1 192.0.2.1
reach() { ip netns exec "herald-a-$mark" ping -n -q -c 1 -W 1 198.51.100.2 >/dev/null; }

# Ends the session, as three minutes would: the next packet needs a handshake, which needs the same key at both ends. (Another
# private key and back again makes wireguard-go do so, and leaves the pre-shared key alone.)
latest() { wg show "${wg[a]}" latest-handshakes | cut -f 2; }
end_session() {
  former=$(latest)
  sleep 1.1 # handshakes are told in seconds
  wg set "${wg[a]}" private-key "$work/other.private"
  wg set "${wg[a]}" private-key "$work/a.private"
}
former=0
# A new handshake, and a packet there and back, within 12 seconds; WireGuard tries every five.
reach_soon() {
  for _ in $(seq 12); do
    if reach && [ "$(latest)" -gt "$former" ]; then return; fi
  done
  return 1
}

touch "$work/a.ids" "$work/b.ids" # a key a line
sites=$work/sites
start_two_sites "$herald" "$sites"
application_is vpn-2
"$herald" wireguard "${wg[b]}" "${public[a]}" --listen 127.0.0.1:0 --every 2 "${application[@]}" >"$work/b.ids" 2>"$work/rotation-b.said" &
pids+=($!)
for _ in $(seq 100); do
  if grep -oE '127.0.0.1:[0-9]+$' "$work/rotation-b.said" >"$work/at"; then break; fi
  sleep 0.05
done
application_is vpn-1
"$herald" wireguard "${wg[a]}" "${public[b]}" --connect "$(cat "$work/at")" --every 2 "${application[@]}" >"$work/a.ids" \
  2>"$work/rotation-a.said" &
pids+=($!)

# changes N: waits until so many keys were put in force.
changes() {
  for _ in $(seq 300); do
    if [ "$(wc -l <"$work/a.ids")" -ge "$1" ] && [ "$(wc -l <"$work/b.ids")" -ge "$1" ]; then return; fi
    sleep 0.1
  done
  complain "the key does not change"
}

changes 1
reach_soon || complain "no handshake on the first key"
echo "tunnel up on the delivered key $(head -n 1 "$work/a.ids")"

# Traffic while the key changes.
before=$(wc -l <"$work/a.ids")
ip netns exec "herald-a-$mark" ping -n -q -i 0.05 -c 160 198.51.100.2 >"$work/ping.said" || complain "traffic stops"
after=$(wc -l <"$work/a.ids")
[ "$after" -gt "$before" ] || complain "the key did not change meanwhile"
grep -q ' 0% packet loss' "$work/ping.said" || complain "packets are lost"
echo "160 packets in $((after - before)) changes of the key, none lost"

# A handshake after each change.
for _ in 1 2 3; do
  changes $(($(wc -l <"$work/a.ids") + 1))
  end_session
  reach_soon || complain "no handshake after a change"
done
cmp -s <(sort -u "$work/a.ids" | head -n 3) <(sort -u "$work/b.ids" | head -n 3) || complain "the ends name other keys"
echo "a handshake after each of three more changes"

# One wrong byte at one end, with nobody to change the key.
kill -STOP "${pids[-1]}"
sleep 3 # what was under way is done
wg show "${wg[b]}" preshared-keys | cut -f 2 >"$work/key"
[ "$(wg show "${wg[a]}" preshared-keys | cut -f 2)" = "$(cat "$work/key")" ] || complain "the ends hold different keys"
first=$(head -c 1 "$work/key")
{ if [ "$first" = A ]; then printf B; else printf A; fi; tail -c +2 "$work/key"; } >"$work/wrong"
wg set "${wg[b]}" peer "${public[a]}" preshared-key "$work/wrong"
end_session
if reach_soon; then complain "a handshake with a wrong key"; fi
echo "with a wrong byte: no handshake in 12 s"

kill -CONT "${pids[-1]}"
changes $(($(wc -l <"$work/a.ids") + 1))
reach_soon || complain "the next key does not heal the tunnel"
echo "the next key: handshake"
