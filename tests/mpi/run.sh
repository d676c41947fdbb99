#!/usr/bin/env bash
# `herald rate` and `herald run` over the processes of an mpirun: the same bytes, errors once, signals, --resume.
#
#   tests/mpi/run.sh PROGRAM MPIRUN
set -euo pipefail
program=$1 mpirun=$2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failures=0

complain() { echo "$*" >&2; failures=$((failures + 1)); }
command=rate
ranks() { timeout 120 "$mpirun" --oversubscribe -n "$1" "$program" $command "${@:2}"; }

# same "1 2 3" "what" ARGUMENTS...: one process and so many ranks print the same, and end alike.
same() {
  local numbers=$1 what=$2 status=0
  shift 2
  "$program" $command "$@" >alone 2>alone.errors || status=$?
  for n in $numbers; do
    local got=0
    ranks "$n" "$@" >shared 2>shared.errors || got=$?
    cmp alone shared || complain "$what: $n ranks print something else"
    [ $got -eq $status ] || complain "$what: $n ranks end with $got, one process with $status"
    grep '^herald\|^note:' alone.errors >said || true # mpirun adds words of its own
    grep '^herald\|^note:' shared.errors >shared.said || true
    cmp said shared.said || complain "$what: $n ranks say something else on standard error"
  done
}

curves=(sns bb84-decoy plob --distance 0:700:5)
same "1 2 3" "a table" "${curves[@]}"
same "2 3" "CSV" "${curves[@]}" --sweep misalignment=0.02,0.1 --csv
same "2 3" "JSON" "${curves[@]}" --json --threads 2
same "2 3" "slow points" bb84-finite --distance 0:180:5 --csv
same "2" "one point" sns --distance 100
same "2" "refused points" bb84-vacuum-weak --sweep intensity.weak=0.01:0.6:0.01 --csv
same "2" "a preset" --preset gys --csv
same "2" "a figure, of several sweeps" --figure lucamarini-1 --csv
same "2" "reach and crossing" sns --reach --crossing plob
same "2" "help" --help
same "2" "an unknown protocol" snss
same "2" "an unknown option" --bogus
same "2" "an impossible parameter" sns --set misalignment=0.7
same "2" "a journal that cannot be" sns --resume no/such/folder/journal
same "2" "a picture that cannot be" "${curves[@]}" --plot no/such/folder/rates.svg

command=run
same "2 3" "trials" coin-flip --alice cheat-lie --set photons=4 --trials 30001
same "2" "trials of a sweep, stopped early" coin-flip --alice cheat-epr --sweep storage=0.9:1:0.05 --precision 0.05 --csv
same "2" "an unknown cheat" coin-flip --alice cheat-everything
same "2" "a transcript" coin-flip --transcript
command=rate

# Begins the long sweep on 3 ranks with its journal in FILE, and waits until some points are in it.
long=(bb84-finite --distance 0:120:0.2 --csv) # 601 points, and the journal's first line
begin() {
  timeout 120 "$mpirun" --oversubscribe -n 3 "$program" rate "${long[@]}" --resume "$1" >cut 2>cut.errors &
  job=$!
  until [ -e "$1" ] && [ "$(wc -l <"$1")" -gt 20 ]; do
    kill -0 $job || { complain "the job ended: $(cat cut.errors)"; return; }
    sleep 0.02
  done
}
# The long sweep on N ranks, gone on with from FILE.
resumes() {
  if [ "$1" -eq 1 ]; then "$program" rate "${long[@]}" --resume "$2"; else ranks "$1" "${long[@]}" --resume "$2"; fi >resumed
  cmp alone resumed || complain "resumed by $1: something else is printed"
  [ "$(sort -u "$2" | wc -l)" -eq 602 ] || complain "resumed by $1: the journal is not complete"
}
"$program" rate "${long[@]}" >alone

# Ctrl-C; and gone on with by another number of ranks, and by one process.
begin journal
kill -INT "$(pgrep -P $job)" # mpirun, below timeout
wait $job && complain "interrupted, mpirun ends with 0"
lines=$(wc -l <journal)
[ "$lines" -gt 20 ] && [ "$lines" -lt 602 ] || complain "interrupted: the journal has $lines lines"
cp journal half
resumes 2 journal
resumes 1 half

# A rank that is killed takes all with it: nothing hangs, mpirun says which, and the points are kept.
begin killed
kill -KILL "$(pgrep -P "$(pgrep -P $job)" | tail -n 1)"
status=0
wait $job || status=$?
[ $status -ne 0 ] && [ $status -ne 124 ] || complain "a rank was killed, and mpirun ends with $status"
grep -q 'process rank 2 .*exited on signal 9' cut.errors || complain "a rank was killed, and it is said that: $(cat cut.errors)"
resumes 2 killed

# A job of another MPI, whose processes this one does not find.
status=0
PMI_RANK=0 PMI_SIZE=2 "$program" rate plob >cut 2>cut.errors || status=$?
[ $status -eq 1 ] && [ ! -s cut ] && grep -q "MPI finds 1 of the job's 2 processes" cut.errors ||
  complain "of another MPI's job: status $status, $(cat cut.errors)"

[ $failures -eq 0 ] && echo "all as expected"
