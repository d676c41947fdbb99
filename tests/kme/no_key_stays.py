#!/usr/bin/env python3
"""Delivers keys over two KMEs, then looks for them where none may be: in the memory of both processes, in their logs, and in every
file of their directories and of the links' stores; raw, in base64 and in hexadecimal.

    tests/kme/no_key_stays.py PROGRAM
"""
import base64
import http.client
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time

KEYS = 60
program = sys.argv[1]
failures = []


def wait_for(what, get):
    for _ in range(600):
        if (value := get()) is not None:
            return value
        time.sleep(0.05)
    sys.exit(f"{what}: not in time")


class Site:
    """A KME as a child of ours, so that its memory is ours to read; and its application."""

    def __init__(self, work, name, application, settings=()):
        self.log = work / f"{name}.log"
        allow = ["process.core_dumps=true", "log.level=debug", "api.listen=127.0.0.1:0", "peers.listen=127.0.0.1:0", *settings]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([program, "kme", "run", "--site", work / name, "--insecure-simulated", "--set", *allow],
                                            stderr=log)
        self.port = wait_for(name, lambda: self.says("api_port"))
        context = ssl.create_default_context(cafile=work / "site-a/authority.pem")
        certificate = work / f"site-a/applications/{application}"
        context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
        self.connection = http.client.HTTPSConnection("localhost", self.port, context=context)

    def says(self, field):
        found = re.search(rf"{field}=(\d+)", self.log.read_text())
        return int(found[1]) if found else None

    def ask(self, path, body=None):
        self.connection.request("GET" if body is None else "POST", "/api/v1/keys/" + path, body and json.dumps(body))
        reply = self.connection.getresponse()
        text = reply.read()
        return json.loads(text) if reply.status == 200 else None

    def memory(self):
        """Every mapping that can be read."""
        with open(f"/proc/{self.process.pid}/maps") as maps, open(f"/proc/{self.process.pid}/mem", "rb", 0) as memory:
            for line in maps:
                begin, end = (int(x, 16) for x in line.split()[0].split("-"))
                if line.split()[1][0] != "r" or "[vvar]" in line or "[vsyscall]" in line:
                    continue
                memory.seek(begin)
                try:
                    yield line.strip(), memory.read(end - begin)
                except OSError:  # went away, or a device's
                    continue


def forms(key):
    raw = base64.b64decode(key)
    yield "raw", raw
    yield "base64", key.rstrip("=").encode()
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()


def search(where, content, needles):
    found = {}
    for form, needle in needles:
        if needle in content:
            found[form] = found.get(form, 0) + 1
    if found:
        failures.append(f"{where}: {found}")


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name) / "demo"
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", work], check=True, capture_output=True)
    b = Site(work, "site-b", "vpn-2")
    a = Site(work, "site-a", "vpn-1", [f"peers.at.kme-b=127.0.0.1:{b.says('peers_port')}"])
    wait_for("keys at both ends", lambda: (a.ask("vpn-2/status") or {}).get("stored_key_count") or None)

    delivered = []
    for i in range(KEYS):
        [key] = a.ask("vpn-2/enc_keys")["keys"] if i % 2 == 0 else a.ask("vpn-2/enc_keys", {"size": 256})["keys"]
        # Some by GET, some by POST; some wait while others go.
        delivered.append(key)
    for i, key in enumerate(delivered):
        path, body = ("vpn-1/dec_keys?key_ID=" + key["key_ID"], None) if i % 2 == 0 else (
            "vpn-1/dec_keys", {"key_IDs": [{"key_ID": key["key_ID"]}]})
        assert b.ask(path, body)["keys"][0]["key"] == key["key"], "another key at the other end"
    needles = [pair for key in delivered for pair in forms(key["key"])]
    # The search finds what is there.
    assert any(b"stored_key_count" in content for _, content in a.memory()), "the memory cannot be searched"
    wait_for("IDs in the log", lambda: True if "dec_keys" in b.log.read_text() else None)

    for site in (a, b):
        for mapping, content in site.memory():
            search(f"memory of {site.log.stem}, {mapping}", content, needles)
    for site in (a, b):
        site.process.send_signal(signal.SIGINT)
        site.process.wait()
    for path in work.rglob("*"):
        if path.is_file():
            search(path.relative_to(work), path.read_bytes(), needles)

print("\n".join(failures) or f"{KEYS} keys at both ends: none stays in memory, logs or files")
sys.exit(bool(failures))
