#!/usr/bin/env python3
"""Two KMEs as processes. One is backed up while it serves, goes on, loses its disk and gets the backup back: nothing is delivered
until both sites have forgotten each other, by commands while they serve. Keys are looked at and destroyed by hand.

    tests/kme/restored.py PROGRAM
"""
import http.client
import json
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time

program = sys.argv[1]


def wait_for(what, get):
    for _ in range(600):
        if value := get():
            return value
        time.sleep(0.05)
    sys.exit(f"{what}: not in time")


def herald(*arguments, status=0):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != status:
        sys.exit(f"herald {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout) if "--json" in arguments else done.stderr


class Site:
    def __init__(self, work, name, application, settings=()):
        self.directory, self.log = work / name, work / f"{name}.log"
        every = ["api.listen=127.0.0.1:0", "peers.listen=127.0.0.1:0", "metrics.listen=127.0.0.1:0", *settings]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([program, "kme", "run", "--site", self.directory, "--insecure-simulated", "--set", *every],
                                            stderr=log)
        port = wait_for(name, lambda: self.says("api_port"))
        context = ssl.create_default_context(cafile=work / "site-a/authority.pem")
        context.load_cert_chain(*(f"{work}/site-a/applications/{application}.{each}" for each in ("pem", "key")))
        self.connection = http.client.HTTPSConnection("localhost", port, context=context)

    def says(self, field):
        found = re.search(rf"{field}=(\d+)", self.log.read_text())
        return int(found[1]) if found else None

    def ask(self, path):
        self.connection.request("GET", "/api/v1/keys/" + path)
        reply = self.connection.getresponse()
        return reply.status, json.loads(reply.read())

    def is_ready(self):
        watched = http.client.HTTPConnection("127.0.0.1", self.says("metrics_port"))
        watched.request("GET", "/readyz")
        return watched.getresponse().status == 200

    def pools(self):
        return [pool["bytes"] + pool["waiting"] for pool in herald("key", "status", "--site", self.directory, "--json")["pools"]]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name) / "demo"
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", work], check=True, capture_output=True)
    b = Site(work, "site-b", "vpn-2")
    to_b = f"peers.at.kme-b=127.0.0.1:{b.says('peers_port')}"
    a = Site(work, "site-a", "vpn-1", [to_b])
    wait_for("keys at both ends", lambda: a.ask("vpn-2/status")[1].get("stored_key_count"))

    def get_key():
        status, reply = a.ask("vpn-2/enc_keys")
        return reply["keys"][0]["key_ID"] if status == 200 else None

    def fetch(key):
        return b.ask(f"vpn-1/dec_keys?key_ID={key}")[0]

    # Destroyed by hand.
    first, second, third = get_key(), get_key(), get_key()
    listed = herald("key", "list", "--site", b.directory, "--json")
    assert {key["id"] for key in listed["keys"]} == {first, second, third}, listed
    herald("key", "drop", "--site", b.directory, "--id", first)
    assert fetch(first) == 400 and fetch(second) == 200, "a key that was destroyed, or another"
    herald("key", "drop", "--site", b.directory, "--id", first, status=1)
    herald("key", "drop", "--site", b.directory, "--id", first, "--peer", "kme-a", status=1)

    # b is put back to what it was before the third key was fetched.
    copy = work / "copy"
    assert herald("kme", "backup", copy, "--site", b.directory, "--json")["records"] > 0
    assert fetch(third) == 200
    b.stop()
    for suffix in ("", "-wal", "-shm"):
        (b.directory / f"records{suffix}").unlink(missing_ok=True)
    shutil.copy(copy, b.directory / "records")
    b = Site(work, "site-b", "vpn-2", [f"peers.listen=127.0.0.1:{to_b.split(':')[1]}"])
    wait_for("the rollback is told", lambda: "earlier state" in b.log.read_text())
    assert not a.is_ready() and get_key() is None and fetch(third) == 503, "a site that was put back delivers"

    # Both forget.
    herald("kme", "forget", "kme-a", "--site", b.directory)
    wait_for("what is missing is told", lambda: "run `herald kme forget kme-b` here too" in a.log.read_text())
    assert not a.is_ready() and get_key() is None and fetch(third) == 400, "one alone began anew"
    herald("kme", "forget", "kme-b", "--site", a.directory)
    wait_for("both are ready", lambda: a.is_ready() and b.is_ready())
    for site in (a, b):
        assert sum(site.pools()) == 0, site.pools()
    for site in (a, b):
        site.stop()

print("restored, forgotten, begun anew")
