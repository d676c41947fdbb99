#!/usr/bin/env bash
# Do the checks of the tree fail when they should? Small trees, good and bad, for scripts/check-layering and check-headers.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../scripts" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fresh_tree() {
  rm -rf "$work/tree"
  mkdir -p "$work"/tree/{cmake,src/herald/{base,optics,proof}}
  cd "$work/tree"
  printf 'herald_room(base)\nherald_room(optics USES base)\nherald_room(proof USES base)\n' >cmake/HeraldRooms.cmake
  printf '#pragma once\ninline int one() { return 1; }\n' >src/herald/base/one.h
  printf '#pragma once\n#include "herald/base/one.h"\ninline int two() { return 2 * one(); }\n' >src/herald/optics/two.h
  printf '#include "herald/optics/two.h"\n' >src/herald/proof/bound_test.cpp # a test may look at the rooms before its own
}

# expect NAME SCRIPT passes|"text of the complaint"
expect() {
  local output status=0
  output=$("$scripts/$2" "$work/tree" 2>&1) || status=$?
  if [ "$3" = passes ] && [ $status -eq 0 ]; then return; fi
  if [ "$3" != passes ] && [ $status -ne 0 ] && grep -qF -- "$3" <<<"$output"; then return; fi
  echo "$1: $2 exited $status, expected: $3. It said:" "$output"
  failures=$((failures + 1))
}

fresh_tree
expect "a good tree" check-layering passes
expect "a good tree" check-headers passes

fresh_tree; echo '#include "herald/optics/two.h"' >src/herald/proof/bound.cpp
expect "a room not in USES" check-layering "src/herald/proof/bound.cpp:1: proof may not use optics"

fresh_tree; echo '#include "herald/proof/bound.h"' >src/herald/base/one_test.cpp
expect "a test of a room below" check-layering "base may not use proof"

fresh_tree; mkdir src/herald/proof/deep; echo ' # include <herald/optics/two.h>' >src/herald/proof/deep/bound.cpp
expect "angle brackets, a folder below" check-layering "proof/deep/bound.cpp:1: proof may not use optics"

fresh_tree; echo '#include "two.h"' >src/herald/optics/two.cpp
expect "a short path" check-layering "write the full path"

fresh_tree; echo '#include "herald/base/none.h"' >src/herald/optics/two.cpp
expect "no such header" check-layering "there is no src/herald/base/none.h"

fresh_tree; mkdir src/herald/attic; touch src/herald/attic/old.cpp
expect "a folder that is no room" check-layering "attic is no room"

fresh_tree; sed -i 's/proof USES base/proof USES store/' cmake/HeraldRooms.cmake
expect "a table that uses an unknown room" check-layering "proof uses store"

fresh_tree; echo 'inline std::string three() { return {}; }' >>src/herald/base/one.h
expect "a header without its includes" check-headers "src/herald/base/one.h does not compile alone"

fresh_tree; echo 'inline int four(int unused) { return 4; }' >>src/herald/base/one.h
expect "a header with a warning" check-headers "src/herald/base/one.h does not compile alone"

[ $failures -eq 0 ] && echo "all as expected"
