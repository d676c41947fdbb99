#!/usr/bin/env python3
"""Two KMEs under load, one or the other killed (SIGKILL) again and again, and a judge of what every application asked and got:
each key to its master at most once and to its slave at most once, the same bytes at both, to nobody else; and what a master was
given, and its slave did not ask for while something died, the slave gets.

    tests/kme/killed.py PROGRAM [KILLS] [SEED]
"""
import collections
import http.client
import json
import pathlib
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

program = sys.argv[1]
kills = int(sys.argv[2]) if len(sys.argv) > 2 else 50
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
chance = random.Random(seed)
BITS = 128


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, get):
    for _ in range(1200):
        if (value := get()) is not None:
            return value
        time.sleep(0.05)
    sys.exit(f"{what}: not in time")


class Judge:
    """What was asked and answered; every method under one lock."""

    def __init__(self):
        self.lock, self.faults = threading.Lock(), []
        self.keys = {}  # ID: (bytes, master) that a master has
        self.bytes = set()
        self.fetched = collections.Counter()
        self.unknown = set()  # IDs of requests whose answer nobody heard
        self.waiting = collections.deque()

    def master_has(self, master, keys):
        with self.lock:
            for key in keys:
                if key["key_ID"] in self.keys:
                    self.faults.append(f"a master got {key['key_ID']} twice")
                if key["key"] in self.bytes:
                    self.faults.append(f"two keys of the same bytes, one of them {key['key_ID']}")
                self.keys[key["key_ID"]] = (key["key"], master)
                self.bytes.add(key["key"])
                self.waiting.append(key["key_ID"])

    def slave_has(self, key):
        with self.lock:
            self.fetched[key["key_ID"]] += 1
            if self.fetched[key["key_ID"]] > 1:
                self.faults.append(f"a slave got {key['key_ID']} twice")
            if key["key"] != self.keys[key["key_ID"]][0]:
                self.faults.append(f"the ends have different bytes of {key['key_ID']}")

    def to_ask(self, random_):
        with self.lock:
            if not self.waiting:
                return None
            # Sometimes one that was fetched, or asked for, before.
            if random_.random() < 0.1:
                return random_.choice(list(self.keys))
            return self.waiting.popleft()

    def put_off(self, key, is_unknown):
        with self.lock:
            self.waiting.append(key)
            if is_unknown:
                self.unknown.add(key)


class Application:
    def __init__(self, work, name, site):
        self.site, self.name = site, name
        self.context = ssl.create_default_context(cafile=work / "site-a/authority.pem")
        certificate = work / f"site-a/applications/{name}"
        self.context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
        self.connection = None

    def ask(self, path, body=None):
        """Status and what came; None when the answer was not heard."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPSConnection("localhost", self.site.api, context=self.context, timeout=10)
                self.connection.connect()
        except OSError:
            self.connection = None
            return 503, None  # it never was asked
        try:
            self.connection.request("GET" if body is None else "POST", "/api/v1/keys/" + path, body and json.dumps(body))
            reply = self.connection.getresponse()
            return reply.status, json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.connection.close()
            self.connection = None
            return None, None


class Site:
    def __init__(self, work, name):
        self.work, self.name = work, name
        self.api, self.peers = free_port(), free_port()
        self.log = work / f"{name}.log"

    def start(self, peer):
        settings = [f"api.listen=127.0.0.1:{self.api}", f"peers.listen=127.0.0.1:{self.peers}",
                    f"peers.at.{peer.kme()}=127.0.0.1:{peer.peers}", "applications.vpn-3=kme-b"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [program, "kme", "run", "--site", self.work / self.name, "--insecure-simulated", "--set", *settings], stderr=log)

    def kme(self):
        return self.name.replace("site", "kme")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def be_master(application, slave, judge, stop, random_):
    while not stop.is_set():
        status, reply = application.ask(f"{slave}/enc_keys", {"number": random_.randint(1, 3), "size": BITS})
        if status == 200:
            judge.master_has(application.name, reply["keys"])
        elif status == 503:
            time.sleep(0.02)
        time.sleep(0.004)


def be_slave(slaves, third, judge, stop, random_):
    """`slaves`: by master; `third`: an application that no key is for."""
    while not stop.is_set():
        key = judge.to_ask(random_)
        if key is None:
            time.sleep(0.02)
            continue
        master = judge.keys[key][1]
        if random_.random() < 0.05 and third.ask(f"{master}/dec_keys?key_ID={key}")[0] == 200:
            judge.faults.append(f"{key} went to a third")
        fetch(slaves[master], master, key, judge)


def fetch(slave, master, key, judge):
    before = judge.fetched[key]
    status, reply = slave.ask(f"{master}/dec_keys?key_ID={key}")
    if status == 200:
        judge.slave_has(reply["keys"][0])
    elif status is None:
        judge.put_off(key, True)
    elif before == 0 and status == 503:
        judge.put_off(key, False)
        time.sleep(0.02)
    return status


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name) / "demo"
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", work], check=True, capture_output=True)
    subprocess.run([program, "kme", "sae", "add", "vpn-3", "--site", work / "site-a"], check=True, capture_output=True)
    a, b = Site(work, "site-a"), Site(work, "site-b")
    a.start(b), b.start(a)
    judge, stop = Judge(), threading.Event()
    first, second = Application(work, "vpn-1", a), Application(work, "vpn-2", b)
    wait_for("keys at both ends", lambda: ((first.ask("vpn-2/status")[1] or {}).get("stored_key_count") or None))
    slaves = {"vpn-1": Application(work, "vpn-2", b), "vpn-2": Application(work, "vpn-1", a)}
    third = Application(work, "vpn-3", b)
    threads = [threading.Thread(target=be_master, args=(first, "vpn-2", judge, stop, random.Random(seed + 1))),
               threading.Thread(target=be_master, args=(second, "vpn-1", judge, stop, random.Random(seed + 2))),
               threading.Thread(target=be_slave, args=(slaves, third, judge, stop, random.Random(seed + 3)))]
    for thread in threads:
        thread.start()
    killed_with = 0
    for _ in range(kills):
        had = len(judge.keys)
        # From the ready pair on, at any moment; a pair that is not ready yet dies too.
        wait_until = time.monotonic() + chance.uniform(0, 0.6)
        while time.monotonic() < wait_until:
            time.sleep(0.001)
        killed_with += len(judge.keys) - had
        site, other = (a, b) if chance.random() < 0.5 else (b, a)
        site.kill()
        site.start(other)
        if chance.random() < 0.3:  # time to work in peace
            time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()

    # Quiet: what was given to a master and not asked for amid a death is there.
    def is_settled():
        return True if (first.ask("vpn-2/status")[0], second.ask("vpn-1/status")[0]) == (200, 200) else None

    wait_for("both sites", is_settled)
    lost = 0
    for key, (_, master) in judge.keys.items():
        if judge.fetched[key] != 0:
            continue

        def answered():
            status = fetch(slaves[master], master, key, judge)
            return status if status not in (None, 503) else None

        status = wait_for(f"an answer for {key}", answered)
        if status != 200 and key not in judge.unknown:
            judge.faults.append(f"{key} is lost, and nobody had asked for it: {status}")
        lost += status != 200
    # And nothing comes twice.
    for key in list(judge.keys)[:200]:
        if fetch(slaves[judge.keys[key][1]], judge.keys[key][1], key, judge) == 200:
            judge.faults.append(f"{key} came again")
    for site in (a, b):
        site.process.send_signal(signal.SIGINT)
        site.process.wait()
        if re.search(r"earlier state|does not go on", site.log.read_text()):
            judge.faults.append(f"{site.name} was taken for one that was put back")

print("\n".join(judge.faults[:20]) or
      f"{kills} kills, {len(judge.keys)} keys to masters, {sum(judge.fetched.values())} to slaves, {lost} lost amid a death")
if not judge.faults and (not killed_with or len(judge.keys) < 2 * kills):
    sys.exit(f"too few keys went while sites died ({killed_with} of {len(judge.keys)}): this shows nothing")
sys.exit(bool(judge.faults))
