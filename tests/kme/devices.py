#!/usr/bin/env python3
"""Two KMEs whose keys come from devices that serve ETSI GS QKD 014; another pair of KMEs plays the devices. Keys go through and
differ in nothing, what is of simulated light stays so, and a device that goes away is told of and comes back.

    tests/kme/devices.py PROGRAM
"""
import http.client
import json
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

program = sys.argv[1]
failures = []


def expect(what, is_so):
    if not is_so:
        failures.append(what)


def wait_for(what, get):
    for _ in range(1200):
        if value := get():
            return value
        time.sleep(0.05)
    sys.exit(f"{what}: not in time. The sites said:\n" + "\n".join(log.read_text()[-2000:] for log in work.glob("*.log")))


def herald(*arguments):
    subprocess.run([program, *arguments], check=True, capture_output=True)


class Site:
    def __init__(self, directory):
        self.directory, self.log = directory, work / f"{directory.name}.log"

    def start(self, *settings, api=0, trust=("--insecure-simulated",)):
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [program, "kme", "run", "--site", self.directory, *trust, "--set", f"api.listen=127.0.0.1:{api}",
                 "peers.listen=127.0.0.1:0", "metrics.listen=127.0.0.1:0", *settings], stderr=log)
        wait_for(self.directory.name, lambda: self.port("api"))

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def port(self, which):
        found = re.search(rf"{which}_port=(\d+)", self.log.read_text())
        return int(found[1]) if found else None

    def metric(self, line):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port('metrics')}/metrics") as page:
            found = re.search(rf"^{re.escape(line)} (\S+)$", page.read().decode(), re.M)
        return float(found[1]) if found else None

    def ask(self, application, path, body=None):
        context = ssl.create_default_context(cafile=sites / "authority.pem")
        context.load_cert_chain(sites / f"applications/{application}.pem", sites / f"applications/{application}.key")
        connection = http.client.HTTPSConnection("localhost", self.port("api"), context=context)
        connection.request("POST" if body else "GET", "/api/v1/keys/" + path, json.dumps(body) if body else None)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())

    def stored(self, application, peer):
        return self.ask(application, f"{peer}/status")[1].get("stored_key_count", 0)


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    demo = work / "demo"
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", demo], check=True, capture_output=True)
    boxes = [Site(demo / "site-a"), Site(demo / "site-b")]
    boxes[1].start()
    boxes[0].start(f"peers.at.kme-b=127.0.0.1:{boxes[1].port('peers')}")

    for box, peer in zip(boxes, ("kme-b", "kme-a")):
        line = f'herald_kme_link_error_rate{{link="local",peer="{peer}"}}'
        rate = wait_for("the error rate of a link", lambda: box.metric(line))
        expect(f"an error rate of {rate}", 0 < rate < 0.1)

    sites = work / "metro-a"
    herald("kme", "init", sites, "--id", "metro-a")
    herald("kme", "init", work / "metro-b", "--id", "metro-b", "--authority", sites)
    for application in ("app-1", "app-2"):
        herald("kme", "sae", "add", application, "--site", sites)
    a, b = Site(sites), Site(work / "metro-b")

    def settings(box, peer, at, own, other):
        certificate = f"{demo}/site-a/applications/{own}"
        return [f"peers.at.{peer}=127.0.0.1:{at}", "applications.app-1=metro-a", "applications.app-2=metro-b",
                "relay.low_kb=1", "relay.lot_kb=1", f"devices.box.peer={peer}",
                f"devices.box.url=https://localhost:{box.port('api')}", f"devices.box.sae={other}",
                f"devices.box.certificate={certificate}.pem", f"devices.box.key={certificate}.key",
                f"devices.box.authority={demo}/site-a/authority.pem"]

    b.start(*settings(boxes[1], "metro-a", 1, "vpn-2", "vpn-1"))
    to_b = settings(boxes[0], "metro-b", b.port("peers"), "vpn-1", "vpn-2")
    a.start(*to_b)

    # In both directions, and again and again: more than one lot.
    for master, slave, at, other in (("app-1", "app-2", a, b), ("app-2", "app-1", b, a)):
        delivered = set()
        while len(delivered) < 100:
            wait_for("keys of the devices", lambda: at.stored(master, slave) >= 10)
            status, reply = at.ask(master, f"{slave}/enc_keys", {"number": 10})
            expect(f"{master} gets {status}: {reply}", status == 200)
            ids = [{"key_ID": key["key_ID"]} for key in reply["keys"]]
            status, taken = other.ask(slave, f"{master}/dec_keys", {"key_IDs": ids})
            expect(f"{slave} gets {status}: {taken}", status == 200 and taken["keys"] == reply["keys"])
            expect("what simulates is not marked", reply["keys"][0]["key_extension"]["herald_origin"] == "simulated")
            delivered |= {key["key"] for key in reply["keys"]}
        expect("keys came twice", len(delivered) == 100)
    bytes_drawn = a.metric('herald_kme_device_bytes_total{device="box",peer="metro-b"}')
    expect(f"{bytes_drawn} bytes were drawn", bytes_drawn and bytes_drawn >= 100 * 32 + 1024)
    expect("the device answers", a.metric('herald_kme_device_answering{device="box",peer="metro-b"}') == 1)

    # The device goes away: what is in the pools is delivered, then there is nothing; it is told, and comes back.
    port = boxes[0].port("api")
    boxes[0].stop()

    def is_empty():
        return a.ask("app-1", "app-2/enc_keys", {"number": 1})[0] == 503

    wait_for("the end of the keys", is_empty)
    wait_for("word of it", lambda: "device box: " in a.log.read_text())
    wait_for("a count of it", lambda: a.metric('herald_kme_device_answering{device="box",peer="metro-b"}') == 0)
    boxes[0].start(f"peers.at.kme-b=127.0.0.1:{boxes[1].port('peers')}", api=port)
    wait_for("keys again", lambda: a.stored("app-1", "app-2") >= 1)

    # Without the word that simulated keys will do, there are none.
    a.stop()
    a.start(*to_b, trust=())
    time.sleep(1)
    expect("keys of simulated light count", a.stored("app-1", "app-2") == 0)
    status, reply = a.ask("app-1", "app-2/enc_keys", {"number": 1})
    expect(f"a key of simulated light left: {status}", status == 503)
    for site in (a, b, *boxes):
        site.stop()

print("\n".join(failures) or "200 keys of two devices, both directions; gone, told, and back")
sys.exit(bool(failures))
