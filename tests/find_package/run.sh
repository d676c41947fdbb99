#!/usr/bin/env bash
# Installs a build of Herald into a folder of its own, moves it, and lets a stranger's project use it from there.
#
#   tests/find_package/run.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

DESTDIR=$work/stage cmake --install "$build" --prefix /opt/herald >"$work/install.log"
mv "$work/stage/opt/herald" "$work/elsewhere"
cmake -S "$here" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/elsewhere" -DCMAKE_BUILD_TYPE=Debug >"$work/configure.log"
cmake --build "$work/build"
"$work/build/stranger"
"$work/elsewhere/bin/herald" --help >/dev/null
grep -qx 'ExecStart=/opt/herald/bin/herald kme run --site /var/lib/herald/%i' "$work/elsewhere/lib/systemd/system/herald-kme@.service"

# A protocol of one's own, as the examples have it, in the installed program.
cmake -S "$work/elsewhere/share/herald/examples/protocol" -B "$work/protocol" -DCMAKE_PREFIX_PATH="$work/elsewhere" \
  -DCMAKE_BUILD_TYPE=Debug >>"$work/configure.log"
cmake --build "$work/protocol"
"$work/elsewhere/bin/herald" run "$work/protocol/one_photon.so" --cast bob=cheat-breidbart --trials 1e5 |
  tee "$work/run.txt"
[ "$(grep -c agrees "$work/run.txt")" = 2 ]

# Nothing may point back into the build, the source or a cache.
botan=$("$here/../../scripts/setup" --botan-prefix)
for place in "$(cd "$build" && pwd)" "$(cd "$here/../.." && pwd)" $botan; do
  if grep -rnF --include='*.cmake' --include='*.h' --include='*.service' -- "$place" "$work/elsewhere"; then
    echo "the installed package points into $place" >&2
    exit 1
  fi
done
