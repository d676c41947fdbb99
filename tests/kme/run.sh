#!/usr/bin/env bash
# Two sites as processes, applications that ask with curl: a site is made, an application's certificate issued and
# revoked, the configuration read again while it serves, and Ctrl-C ends it.
#
#   tests/kme/run.sh PROGRAM
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
failures=0

complain() { echo "$*" >&2; failures=$((failures + 1)); }
# until WHAT COMMAND...: waits for it to succeed.
until_() {
  local what=$1
  shift
  for _ in $(seq 400); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.05
  done
  echo "$what: not in time. The sites said:" >&2
  cat ./*.log >&2
  exit 1
}
# value FILE NAME: of the last "NAME=value" in it.
value() { grep -oE "$2=[0-9]+" "$1" | tail -n 1 | cut -d= -f2; }
# ask SITE APPLICATION PATH: the reply's status; its body is in ./reply.
ask() {
  curl --silent --output reply --write-out '%{http_code}' --cacert site-a/authority.pem \
    --cert "site-a/applications/$2.pem" --key "site-a/applications/$2.key" \
    "https://localhost:$(value "site-$1.log" api_port)/api/v1/keys/$3" || true
}
answers() { [ "$(ask "$1" "$2" "$3")" = "$4" ]; }

"$program" kme init site-a --id kme-a --api 127.0.0.1:0 --peers 127.0.0.1:0 >/dev/null 2>&1
"$program" kme init site-b --id kme-b --api 127.0.0.1:0 --peers 127.0.0.1:0 --authority site-a >/dev/null 2>&1
for each in vpn-1 vpn-2; do "$program" kme sae add "$each" --site site-a >/dev/null 2>&1; done
# set_peer SITE PEER PORT
set_peer() { sed -i "s/^\[peers.at\].*/[peers.at]\n$2 = \"127.0.0.1:$3\"/" "site-$1/kme.toml"; }

# kme-b is called; whom it would call does not matter.
set_peer b kme-a 1
"$program" kme run --site site-b 2>site-b.log &
b=$!
until_ "kme-b serves" grep -q 'serves' site-b.log
set_peer a kme-b "$(value site-b.log peers_port)"
"$program" kme run --site site-a --set log.format=json metrics.listen=127.0.0.1:0 2>site-a.json &
a=$!
until_ "kme-a serves" grep -q '"serves"' site-a.json
sed -E 's/"([a-z]+_port)":/\1=/g' site-a.json >site-a.log
watch() { curl --silent --output watched --write-out '%{http_code}' "http://127.0.0.1:$(value site-a.log metrics_port)/$1"; }
watches() { [ "$(watch "$1")" = "$2" ]; }
until_ "kme-a is ready" watches readyz 200
watches healthz 200 || complain "it is not healthy: $(cat watched)"
watches nothing 404 || complain "there is what is not there: $(cat watched)"

# A crash would leave no keys on the disk, and none are swapped.
grep -qE '^Max core file size +0 +0 ' /proc/$a/limits || complain "it may dump core: $(cat /proc/$a/limits)"
if [ "$(ulimit -Hl)" = unlimited ]; then
  grep -E '^VmLck:' /proc/$a/status | grep -qvE ':[[:space:]]+0 kB' || complain "its memory is not locked"
fi

# Connections are open files: as many as the system allows.
[ "$(ulimit -Hn)" = "$(awk '/^Max open files/ { print $4 }' /proc/$a/limits)" ] || complain "few files: $(cat /proc/$a/limits)"

# Nobody is known yet. Then the file is written and read again.
[ "$(ask a vpn-1 vpn-2/status)" = 401 ] || complain "an unknown application is served: $(cat reply)"
for site in a b; do sed -i 's/^\[applications\].*/[applications]\nvpn-1 = "kme-a"\nvpn-2 = "kme-b"/' site-$site/kme.toml; done
kill -HUP $a $b
until_ "vpn-1 is served after SIGHUP" answers a vpn-1 vpn-2/status 200
grep -q '"target_KME_ID":"kme-b"' reply || complain "another status: $(cat reply)"
until_ "vpn-2 is served after SIGHUP" answers b vpn-2 vpn-1/status 200

# A faulty file changes nothing, and its fault is told.
cp site-a/kme.toml good.toml
printf '\n[colours]\nred = 1\n' >>site-a/kme.toml
kill -HUP $a
until_ "the fault is told" grep -q 'not reloaded.*unknown key colours.red' site-a.json
[ "$(ask a vpn-1 vpn-2/status)" = 200 ] || complain "no longer served after a faulty reload: $(cat reply)"
sed 's/^listen = .*/listen = "127.0.0.1:9"/' good.toml >site-a/kme.toml
kill -HUP $a
until_ "what waits is told" grep -q 'next start.*api.listen' site-a.json
cp good.toml site-a/kme.toml

# What it tells Prometheus: well formed, and what happened.
"$program" net --at "127.0.0.1:$(value site-a.log metrics_port)" >network 2>&1 || complain "herald net: $(cat network)"
grep -q '^kme-b .*ready' network || complain "herald net does not show the peer: $(cat network)"
watches metrics 200 || complain "no metrics: $(cat watched)"
if grep -vE '^(# (HELP|TYPE) |[a-z_]+([{]([a-z]+="[^"]*",?)*[}])? [0-9.e+-]+$)' watched; then complain "that is no metric"; fi
[ "$(grep '^# TYPE' watched | sort | uniq -d)" = "" ] || complain "a family comes twice: $(grep '^# TYPE' watched)"
for line in 'herald_kme_requests_total{method="status",status="401"} 1' 'herald_kme_peer_synchronised{peer="kme-b"} 1' \
  'herald_kme_pool_keys{direction="in",peer="kme-b"} 0' 'herald_kme_reloads_total{result="failed"} 1'; do
  grep -qxF "$line" watched || complain "no \"$line\" in $(cat watched)"
done
expires=$(date -d "$(openssl x509 -in site-a/kme.pem -noout -enddate | cut -d= -f2)" +%s)
grep -qx "herald_kme_certificate_expires_seconds $expires" watched || complain "it expires at $expires: $(cat watched)"

# A backup while it serves: once, and its owner's alone.
"$program" kme backup copy --site site-a >said 2>&1 || complain "no backup: $(cat said)"
[ "$(stat -c %a copy)" = 600 ] || complain "others may read the backup"
if "$program" kme backup copy --site site-a >said 2>&1; then complain "a backup was overwritten"; fi
grep -q 'left as it is' said || complain "another fault: $(cat said)"
[ "$(echo copy*)" = copy ] || complain "there is more than the copy: $(echo copy*)"

# Revoked.
"$program" kme sae revoke site-a/applications/vpn-1.pem --site site-a 2>/dev/null
kill -HUP $a
until_ "a revoked certificate is refused" answers a vpn-1 vpn-2/status 000

# Ctrl-C; the other misses its peer.
for each in $b $a; do
  status=0
  kill -INT "$each"
  wait "$each" || status=$?
  [ $status -eq 130 ] || complain "after Ctrl-C the status is $status"
  [ "$each" = "$a" ] || until_ "kme-a is not ready alone" watches readyz 503
done
for each in site-a.json site-b.log; do grep -q 'ended' $each || complain "$each does not say that it ended: $(cat $each)"; done

# A certificate that is not this KME's.
cp site-b/kme.pem site-b/kme.key site-a/
if "$program" kme run --site site-a 2>said; then complain "it runs with another's certificate"; fi
grep -q 'the certificate is that of "kme-b"' said || complain "another fault: $(cat said)"

[ $failures -eq 0 ]
