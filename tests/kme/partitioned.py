#!/usr/bin/env python3
"""Two KMEs in network namespaces of their own, under load, and the line between them cut and healed again and again: the judge
of judge.py hears what every application asked and got; in quiet the pair agrees, and nothing is lost or comes twice. 77: this
machine lets nobody make namespaces. They end with the processes in them.

    tests/kme/partitioned.py PROGRAM [CUTS] [SEED]
"""
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from judge import Application, Judge, be_master, be_slave, is_settled, judge_the_rest, wait_for

INSIDE = "HERALD_TEST_NAMESPACE"
if INSIDE not in os.environ:
    enter = ["unshare", "--user", "--map-root-user", "--net"]
    try:
        possible = subprocess.run(enter + ["ip", "link", "add", "one", "type", "veth", "peer", "name", "other"], capture_output=True)
    except FileNotFoundError as missing:
        sys.exit(print(missing) or 77)
    if possible.returncode != 0:
        sys.exit(print(f"no network namespaces here: {possible.stderr.decode()}") or 77)
    sys.exit(subprocess.run(enter + [sys.executable, *sys.argv], env=os.environ | {INSIDE: "1"}).returncode)

program = pathlib.Path(sys.argv[1]).resolve()
cuts = int(sys.argv[2]) if len(sys.argv) > 2 else 12
chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
reach, hosts = socket.create_connection, {}  # port of an API: where it is
socket.create_connection = lambda to, *more, **named: reach((hosts.get(to[1], to[0]), to[1]), *more, **named)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Site:
    """In a namespace: 10.0.NUMBER.2 for applications, 10.1.0.NUMBER for the other KME."""

    def __init__(self, work, letter, number):
        self.work, self.letter, self.number, self.api = work, letter, number, 8440 + number
        self.log = work / f"{letter}.log"
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        own = os.readlink("/proc/self/ns/net")
        wait_for("a namespace", lambda: True if os.readlink(f"/proc/{self.holder.pid}/ns/net") != own else None)
        hosts[self.api] = f"10.0.{number}.2"
        ip("link", "add", f"to-{letter}", "type", "veth", "peer", "name", "home", "netns", str(self.holder.pid))
        ip("addr", "add", f"10.0.{number}.1/24", "dev", f"to-{letter}")
        ip("link", "set", f"to-{letter}", "up")
        self.run("ip", "addr", "add", f"10.0.{number}.2/24", "dev", "home")
        self.run("ip", "link", "set", "home", "up")
        self.run("ip", "link", "set", "lo", "up")

    def inside(self, *words):
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *map(str, words)]

    def run(self, *words):
        subprocess.run(self.inside(*words), check=True)

    def line(self, state):
        self.run("ip", "link", "set", "line", state)

    def start(self, peer):
        self.run("ip", "addr", "add", f"10.1.0.{self.number}/24", "dev", "line")
        self.line("up")
        settings = [f"api.listen=10.0.{self.number}.2:{self.api}", f"peers.listen=10.1.0.{self.number}:8444",
                    f"peers.at.kme-{peer.letter}=10.1.0.{peer.number}:8444", "applications.vpn-3=kme-b"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.inside(program, "kme", "run", "--site", self.work / f"site-{self.letter}", "--insecure-simulated", "--set", *settings),
                stderr=log)


with tempfile.TemporaryDirectory() as name:
    ip("link", "set", "lo", "up")
    work = pathlib.Path(name) / "demo"
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", work], check=True, capture_output=True)
    subprocess.run([program, "kme", "sae", "add", "vpn-3", "--site", work / "site-a"], check=True, capture_output=True)
    a, b = Site(work, "a", 1), Site(work, "b", 2)
    try:
        ip("link", "add", "line", "netns", str(a.holder.pid), "type", "veth", "peer", "name", "line", "netns", str(b.holder.pid))
        a.start(b), b.start(a)
        judge, stop = Judge(), threading.Event()
        first, second = Application(work, "vpn-1", [a.api]), Application(work, "vpn-2", [b.api])
        wait_for("keys", lambda: ((first.ask("vpn-2/status")[1] or {}).get("stored_key_count") or None))
        slaves = {"vpn-1": Application(work, "vpn-2", [b.api]), "vpn-2": Application(work, "vpn-1", [a.api])}
        third = Application(work, "vpn-3", [b.api])
        seeds = [random.Random(chance.random()) for _ in range(3)]
        threads = [threading.Thread(target=be_master, args=(first, "vpn-2", judge, stop, seeds[0])),
                   threading.Thread(target=be_master, args=(second, "vpn-1", judge, stop, seeds[1])),
                   threading.Thread(target=be_slave, args=(slaves, third, judge, stop, seeds[2]))]
        for thread in threads:
            thread.start()
        healed = 0
        for _ in range(cuts):
            had = len(judge.keys)
            wait_for("deliveries on a line that is whole", lambda: True if len(judge.keys) > had + 3 else None)
            time.sleep(chance.uniform(0, 0.3))
            site = chance.choice((a, b))
            site.line("down")
            rest = chance.choice((0, 1, 3))  # shorter and longer than a KME waits for its peer
            time.sleep(0.5)
            had = len(judge.keys)
            time.sleep(rest)
            if len(judge.keys) > had:
                judge.faults.append(f"{len(judge.keys) - had} keys went over a line that was cut")
            site.line("up")
            healed += 1
        had = len(judge.keys)
        wait_for("deliveries at last", lambda: True if len(judge.keys) > had + 3 else None)
        stop.set()
        for thread in threads:
            thread.join()
        wait_for("both sites", lambda: is_settled((first, "vpn-2"), (second, "vpn-1")))
        lost = judge_the_rest(judge, slaves)
        for site in (a, b):
            site.process.send_signal(signal.SIGINT)
            site.process.wait()
            if re.search(r"earlier state|does not go on", site.log.read_text()):
                judge.faults.append(f"{site.letter} was taken for one that was put back")
    finally:
        for site in (a, b):
            for process in (getattr(site, "process", None), site.holder):
                if process is not None:
                    process.kill()
                    process.wait()

print("\n".join(judge.faults[:20]) or
      f"{healed} partitions, {len(judge.keys)} keys to masters, {sum(judge.fetched.values())} to slaves, {lost} lost")
sys.exit(bool(judge.faults))
