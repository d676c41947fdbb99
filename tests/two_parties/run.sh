#!/usr/bin/env bash
# Alice, Bob and the desk that holds their qubits, as three processes: they agree, they compute, a lie is caught, who is
# gone is missed, and what cannot travel is refused.
#
#   tests/two_parties/run.sh PROGRAM
set -euo pipefail
program=$1
circuits=$(cd "$(dirname "$0")/../../examples/circuits" && pwd)
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
failures=0

complain() { echo "$*" >&2; failures=$((failures + 1)); }
# port FILE: that a process says in it, once it listens.
port() {
  for _ in $(seq 200); do
    if grep -oE '[0-9]+$' "$1" 2>/dev/null | tail -n 1 | grep .; then return; fi
    sleep 0.05
  done
  echo "nobody listens: $(cat "$1")" >&2
  return 1
}

"$program" desk --listen 127.0.0.1:0 2>desk &
desk=127.0.0.1:$(port desk)

# meet STATUS-OF-ALICE STATUS-OF-BOB ARGUMENTS-OF-BOTH... -- ARGUMENTS-OF-ALICE... [-- ARGUMENTS-OF-BOB...]
meet() {
  local alice=$1 bob=$2 both=() hers=() status=0
  shift 2
  while [ "$1" != -- ]; do both+=("$1"); shift; done
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do hers+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  rm -f alice.said
  "$program" run "${both[@]}" --as alice "${hers[@]}" --listen 127.0.0.1:0 --desk "$desk" >alice 2>alice.said &
  local job=$!
  "$program" run "${both[@]}" --as bob "$@" --connect "127.0.0.1:$(port alice.said)" --desk "$desk" >bob 2>bob.said || status=$?
  [ $status -eq "$bob" ] || complain "${both[*]}: Bob ends with $status: $(cat bob bob.said)"
  status=0
  wait $job || status=$?
  [ $status -eq "$alice" ] || complain "${both[*]}: Alice ends with $status: $(cat alice alice.said)"
}

meet 0 0 coin-flip --trials 12 --
cmp alice bob || complain "they do not agree on the coins"
[ "$(wc -l <bob)" -eq 12 ] || complain "Bob has not seen 12 runs"
meet 0 0 commit-states --trials 5 -- # states of several qubits, which stay entangled across processes
meet 0 3 coin-flip --trials 40 -- --alice cheat-lie
grep -q 'rejects at "opening"' bob || complain "no lie was caught: $(cat bob)"

# Each process has its own input alone. FIPS 197, appendix B; and a circuit of a file, each gate by photons.
meet 0 0 two-party-computation --set circuit=1 commitment=1 extended=1 -- \
  --input alice=0x2b7e151628aed2a6abf7158809cf4f3c -- --input bob=0x3243f6a8885a308d313198a2e0370734
grep -q 'result 0x3925841d02dc09fbdc118597196a0b32$' alice || complain "Alice has another block: $(cat alice)"
cmp alice bob || complain "they do not agree on the block"
meet 0 0 two-party-computation --set commitment=1 --circuit "$circuits/greater-than-32.txt" -- \
  --input alice=3000000000 -- --input bob=2999999999
grep -q 'result 0x1$' bob || complain "Bob has another result: $(cat bob)"

# What the path does to light is agreed on; other circuits, and what no wire carries, are refused.
meet 0 0 coin-flip --set photons=400 transmittance=0.5 holes=1 --
meet 1 1 coin-flip -- --set depolarising=0.1 -- --set depolarising=0.2
grep -q 'path: .*depolarising 0.2' alice.said || complain "Alice is not told of another path: $(cat alice.said)"
meet 1 1 two-party-computation --set commitment=1 -- --circuit "$circuits/greater-than-32.txt"
for alone in commit-puf commit-relativistic commit-multiparty key-classical-storage two-party-computation; do
  status=0
  "$program" run $alone --as alice --listen 127.0.0.1:0 --desk "$desk" >alone 2>&1 || status=$?
  [ $status -eq 1 ] && grep -q "$alone plays in one process only: .*Two processes can play" alone ||
    complain "$alone is not refused: $status, $(cat alone)"
done

# Who is killed is missed.
"$program" run coin-flip --as alice --listen 127.0.0.1:0 --desk "$desk" --trials 1000000000 >alice 2>killed.said &
job=$!
at=127.0.0.1:$(port killed.said)
"$program" run coin-flip --as bob --connect "$at" --desk "$desk" --trials 1000000000 >alive 2>bob.said &
other=$!
until [ -e alive ] && [ "$(wc -l <alive)" -gt 5 ]; do sleep 0.05; done
kill -KILL $job
status=0
wait $other || status=$?
[ $status -eq 1 ] && grep -q "closed by the peer\|broke" bob.said || complain "Bob misses nobody: $status, $(cat bob.said)"

[ $failures -eq 0 ] && echo "all as expected"
