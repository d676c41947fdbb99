#!/usr/bin/env bash
# Installs a build into a folder of its own, moves it, and imports the module from there.
#
#   tests/python/installed.sh BUILD FOLDER PYTHON
set -euo pipefail
build=$1 folder=$2 python=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
DESTDIR=$work/stage cmake --install "$build" --prefix /opt/herald >"$work/install.log"
mv "$work/stage/opt/herald" "$work/elsewhere"
cd "$work" # not where the tree's presets are
PYTHONPATH=$work/elsewhere/$folder "$python" - "$work" <<'E'
import sys

import herald

assert herald.__file__.startswith(sys.argv[1]), herald.__file__
assert "gys" in herald.presets(), herald.presets()
assert herald.preset("gys").values
print(herald.rate("bb84-decoy", 100, preset="gys"))
E
