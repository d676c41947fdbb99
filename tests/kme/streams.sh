#!/usr/bin/env bash
# Key streams (ETSI GS QKD 004) of two KMEs as processes: `herald key stream` at both ends, and at one end a client that
# knows nothing of Herald's sources but the bytes in docs/wire-format.md.
#
#   tests/kme/streams.sh PROGRAM
# shellcheck disable=SC2034,SC2154 # of two-sites.sh
set -euo pipefail
program=$1
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
source "$here/../../examples/kme/two-sites.sh"
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
failures=0
complain() { echo "$*" >&2; failures=$((failures + 1)); }

start_two_sites "$program" "$work/sites"
kme_a=$streams_a kme_b=$streams_b # of what application_is says

# opened FILE: the ID of the stream that a client says it has opened, as soon as it does.
opened() {
  for _ in $(seq 400); do
    if grep -oE '"stream":"[0-9a-f-]+"' "$1" | cut -d'"' -f4; then return; fi
    sleep 0.05
  done
  echo "no stream was opened: $(cat "$1" ./*.err)" >&2
  exit 1
}
# same FROM TO: files master.N and slave.N are the same, of mode 0600, and no two are.
same() {
  for i in $(seq "$1" "$2"); do
    cmp "master.$i" "slave.$i" || complain "chunk $i differs"
    [ "$(stat -c %a "slave.$i")" = 600 ] || complain "others may read chunk $i"
  done
  [ "$(sha256sum slave.* | cut -d' ' -f1 | sort | uniq -d)" = "" ] || complain "two chunks are the same"
}

# Both ends by `herald key stream`: the master waits for the slave, and the slave for each chunk.
as vpn-1 "$program" key stream --json --count 3 --bytes 8 --output master >master.out 2>master.err &
master=$!
stream=$(opened master.out)
as vpn-2 "$program" key stream --count 3 --output slave --stream "$stream" >slave.out 2>slave.err ||
  complain "the slave fails: $(cat slave.err)"
wait $master || complain "the master fails: $(cat master.err)"
same 0 2
[ "$(head -n 1 slave.out)" = "$stream" ] || complain "the slave names another stream: $(cat slave.out)"
[ "$(grep -c '"herald_origin":"simulated"' master.out)" = 3 ] || complain "simulated light is not said: $(cat master.out)"
grep -q 'protect nothing' slave.err || complain "the slave is not warned: $(cat slave.err)"
if as vpn-2 "$program" key stream --output slave 2>said; then complain "a chunk is overwritten"; fi
grep -q 'slave.0 is there already' said || complain "another fault: $(cat said)"

# The master is a client of another house; the slave is ours. Only TLS 1.3, only with a certificate, only this protocol.
application_is vpn-1
python3 - "${kme_a##*:}" "${application[@]:4}" >other.out 2>other.err <<'PYTHON' &
import os, socket, ssl, struct, sys

port, files = int(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2]))


def connect(certificate=True, newest=ssl.TLSVersion.TLSv1_3):
    context = ssl.create_default_context(cafile=files["--authority"])
    context.maximum_version = newest
    if certificate:
        context.load_cert_chain(files["--certificate"], files["--key"])
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname="localhost")


def exactly(line, size):
    data = b""
    while len(data) < size:
        piece = line.recv(size - len(data))
        if not piece:
            raise OSError("closed")
        data += piece
    return data


def call(line, service, payload):
    line.sendall(bytes([2, 1, 1, service]) + struct.pack("!I", len(payload)) + payload)
    major, minor, micro, answer, size = struct.unpack("!BBBBI", exactly(line, 8))
    assert (major, minor, micro, answer) == (2, 1, 1, service + 1), (answer, exactly(line, size))
    return exactly(line, size)


def open_(line, stream=bytes(16), timeout=30000):
    qos = struct.pack("!7I", 8, 0, 0, 10, 0, timeout, 60) + b"application/json".ljust(256, b"\0")
    reply = call(line, 2, b"qkd://vpn-1@kme-a\0qkd://vpn-2@kme-b\0" + qos + stream)
    assert len(reply) == 4 + 28 + 256 + 16, len(reply)
    return struct.unpack("!I", reply[:4])[0], reply[-16:], struct.unpack("!7I", reply[4:32])


def get(line, stream, index, room=1024):
    reply = call(line, 4, stream + struct.pack("!II", index, room))
    status, at, size = struct.unpack("!III", reply[:12])
    key, rest = reply[12 : 12 + size], reply[12 + size :]
    assert at == index
    return status, key, struct.unpack("!I", rest[:4])[0], rest[4:]


line = connect()
assert line.version() == "TLSv1.3", line.version()
status, stream, qos = open_(line)
assert (status, qos[0], qos[6]) == (1, 8, 60), (status, qos)
text = stream.hex()
print('"stream":"%s-%s-%s-%s-%s"' % (text[:8], text[8:12], text[12:16], text[16:20], text[20:]), flush=True)
assert get(line, stream, 3, 10)[0::2] == (8, 256)
for index in (3, 4):
    status, key, size, metadata = get(line, stream, index)
    assert (status, len(key), size) == (0, 8, len(metadata)), (status, metadata)
    assert b"key_ID" in metadata
    with open(f"master.{index}", "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(key)
status, key, _, metadata = get(line, stream, 3)
assert (status, key) == (2, b"") and b"given before" in metadata, (status, metadata)
assert get(line, bytes(15) + b"\1", 0)[0] == 4
# A stream outlives connections.
line.close()
line = connect()
assert call(line, 8, stream) == bytes(4)
assert call(line, 8, stream) == struct.pack("!I", 4)

line.sendall(b"GET / HTTP/1.1\r\n\r\n")
head = exactly(line, 8)
assert head[3] == 0 and b"not ETSI GS QKD 004" in exactly(line, struct.unpack("!I", head[4:])[0])
assert line.recv(1) == b""
for refused in ({"certificate": False}, {"newest": ssl.TLSVersion.TLSv1_2}):
    try:
        line = connect(**refused)
        open_(line)
    except (OSError, AssertionError):
        continue
    sys.exit(f"served with {refused}")
PYTHON
other=$!
stream=$(opened other.out)
as vpn-2 "$program" key stream --first 3 --count 2 --output slave --stream "$stream" >slave.out 2>slave.err ||
  complain "the slave of another client fails: $(cat slave.err)"
wait $other || complain "the other client fails: $(cat other.err)"
same 0 4

# Who is revoked is cut off, after SIGHUP.
"$program" kme sae revoke "$sites/site-a/applications/vpn-1.pem" --site "$sites/site-a" 2>/dev/null
kill -HUP "${site_pids[1]}"
for _ in $(seq 100); do
  if grep -q reloaded "$sites/kme-a.log"; then break; fi
  sleep 0.05
done
if as vpn-1 "$program" key stream --output revoked 2>said; then complain "a revoked application is served"; fi
grep -qiE 'revoked|closed|alert|handshake|certificate' said || complain "another fault: $(cat said)"

[ $failures -eq 0 ]
