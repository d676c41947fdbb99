# shellcheck shell=bash
# The two KMEs that `herald demo` makes, on this machine, with keys of simulated light between them and an application at each:
# vpn-1 at kme-a, vpn-2 at kme-b. The other examples start here; `herald kme --help` says how two real sites are made.
#
#   source examples/kme/two-sites.sh
#   start_two_sites herald DIRECTORY      a new directory; then $kme_a and $kme_b are where applications ask, $streams_a and
#                                         $streams_b where they ask for key streams
#   as vpn-1 herald key fetch ...         with that application's KME, certificate, key, authority and peer
#   stop_two_sites

kme_a='' kme_b='' streams_a='' streams_b='' sites='' site_pids=() application=()

# site_port FILE NAME=: the port that a KME's log names so, once it serves.
site_port() {
  for _ in $(seq 200); do
    if grep -oE "$2[0-9]+" "$1" | grep -oE '[0-9]+$'; then return; fi
    sleep 0.05
  done
  echo "a KME did not start: $(cat "$1")" >&2
  return 1
}

start_two_sites() {
  local herald=$1 any=(--insecure-simulated --set api.listen=127.0.0.1:0 peers.listen=127.0.0.1:0 etsi004.listen=127.0.0.1:0)
  sites=$2
  "$herald" demo --keys 4 --distance 10 --directory "$sites" >"$sites.log" 2>&1 || { cat "$sites.log" >&2; return 1; }
  # kme-a, the first by name, calls kme-b.
  "$herald" kme run --site "$sites/site-b" "${any[@]}" >"$sites/kme-b.log" 2>&1 &
  site_pids+=($!)
  local peers_b
  peers_b=$(site_port "$sites/kme-b.log" peers_port=) || return
  "$herald" kme run --site "$sites/site-a" "${any[@]}" --set "peers.at.kme-b=127.0.0.1:$peers_b" >"$sites/kme-a.log" 2>&1 &
  site_pids+=($!)
  kme_a=https://127.0.0.1:$(site_port "$sites/kme-a.log" api_port=) || return
  kme_b=https://127.0.0.1:$(site_port "$sites/kme-b.log" api_port=) || return
  # shellcheck disable=SC2034 # for whoever sources this
  streams_a=127.0.0.1:$(site_port "$sites/kme-a.log" etsi004_port=) || return
  # shellcheck disable=SC2034
  streams_b=127.0.0.1:$(site_port "$sites/kme-b.log" etsi004_port=) || return
  for _ in $(seq 200); do # until the two have agreed on what both hold, in both directions
    if as vpn-1 "$herald" key fetch --status --json 2>/dev/null | grep -q '"stored_key_count":[1-9]' &&
      as vpn-2 "$herald" key fetch --status --json 2>/dev/null | grep -q '"stored_key_count":[1-9]'; then return; fi
    sleep 0.1
  done
  echo "the two KMEs have no keys: $(cat "$sites/kme-a.log" "$sites/kme-b.log")" >&2
  return 1
}

# application_is NAME: the options by which a command is that application, in the array $application.
application_is() {
  local kme=$kme_a peer=vpn-2
  [ "$1" = vpn-1 ] || kme=$kme_b peer=vpn-1
  application=(--kme "$kme" --peer "$peer" --certificate "$sites/site-a/applications/$1.pem"
               --key "$sites/site-a/applications/$1.key" --authority "$sites/site-a/authority.pem")
}
as() {
  application_is "$1"
  "${@:2}" "${application[@]}"
}

stop_two_sites() {
  [ ${#site_pids[@]} -eq 0 ] || kill "${site_pids[@]}" 2>/dev/null || true
  site_pids=()
}
