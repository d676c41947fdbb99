#!/usr/bin/env python3
"""Two KMEs under load, one or the other killed (SIGKILL) again and again, and a judge of what every application asked and got:
each key to its master at most once and to its slave at most once, the same bytes at both, to nobody else; and what a master was
given, and its slave did not ask for while something died, the slave gets.

    tests/kme/killed.py PROGRAM [KILLS] [SEED]
"""
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from judge import Application, Judge, be_master, be_slave, free_port, is_settled, judge_the_rest, wait_for

program = sys.argv[1]
kills = int(sys.argv[2]) if len(sys.argv) > 2 else 50
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
chance = random.Random(seed)


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


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name) / "demo"
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", work], check=True, capture_output=True)
    subprocess.run([program, "kme", "sae", "add", "vpn-3", "--site", work / "site-a"], check=True, capture_output=True)
    a, b = Site(work, "site-a"), Site(work, "site-b")
    a.start(b), b.start(a)
    judge, stop = Judge(), threading.Event()
    first, second = Application(work, "vpn-1", [a.api]), Application(work, "vpn-2", [b.api])
    wait_for("keys at both ends", lambda: ((first.ask("vpn-2/status")[1] or {}).get("stored_key_count") or None))
    slaves = {"vpn-1": Application(work, "vpn-2", [b.api]), "vpn-2": Application(work, "vpn-1", [a.api])}
    third = Application(work, "vpn-3", [b.api])
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

    wait_for("both sites", lambda: is_settled((first, "vpn-2"), (second, "vpn-1")))
    lost = judge_the_rest(judge, slaves)
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
