#!/usr/bin/env python3
"""A site of two KMEs that share their records on a PostgreSQL server, and a peer whose records are in SQLite, under load. Of the two
one serves and the other stands by; the one that serves is killed, hangs, or loses its connection, and the server dies too. The
judge of killed.py holds: at most once to each side, the same bytes at both, nothing lost but what was asked for amid a death.

    tests/kme/shared_store.py PROGRAM [SHARED] [DEATHS] [SEED]

SHARED, the site of two, is a (which calls its peer) or b (which is called, at the address of whichever serves).
Ends with 77 where PostgreSQL is not installed.
"""
import atexit
import os
import pathlib
import pwd
import random
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
from judge import Application, Judge, be_master, be_slave, free_port, is_settled, judge_the_rest, wait_for

program = sys.argv[1]
shared = sys.argv[2] if len(sys.argv) > 2 else "a"
deaths = int(sys.argv[3]) if len(sys.argv) > 3 else 12
seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
alone = "ab".replace(shared, "")
here, there = ("vpn-1", "vpn-2") if shared == "a" else ("vpn-2", "vpn-1")  # applications of the two sites
chance = random.Random(seed)


class Server:
    """PostgreSQL of Debian's packages with a socket in a directory of its own; never as root."""

    def __init__(self, directory):
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not versions:
            print("PostgreSQL is not installed")
            sys.exit(77)
        self.directory, self.programs, self.user = directory, versions[-1].parent, []
        directory.mkdir()
        if os.getuid() == 0:
            user = pwd.getpwnam("nobody")
            os.chown(directory, user.pw_uid, user.pw_gid)
            self.user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
        self.url = f"postgresql://herald@/postgres?host={directory}"
        subprocess.run([*self.user, self.programs / "initdb", "--no-sync", "--auth=trust", "--username=herald", "--no-locale",
                        "--encoding=UTF8", "-D", directory / "data"], check=True, capture_output=True, cwd="/")
        self.process = None
        atexit.register(lambda: self.process and self.process.kill())
        self.start()

    def start(self):
        def is_up():
            if self.process is None or self.process.poll() is not None:  # one that was killed leaves sessions, which end soon
                self.process = subprocess.Popen(
                    [*self.user, self.programs / "postgres", "-D", self.directory / "data", "-k", self.directory, "-c",
                     "listen_addresses="], stderr=subprocess.DEVNULL, cwd="/")
            return True if self.psql("SELECT", check=False).returncode == 0 else None

        self.process = None
        wait_for("the server", is_up)

    def kill(self):
        self.process.kill()
        self.process.wait()
        (self.directory / "data/postmaster.pid").unlink()

    def psql(self, sql, check=True):
        return subprocess.run([self.programs / "psql", "-XAtq", "-d", self.url, "-f", "-"], input=sql, text=True, check=check,
                              capture_output=True)


class Kme:
    """A process that serves kme-a or kme-b."""

    def __init__(self, work, site, name):
        self.work, self.site, self.log = work, site, work / f"{name}.log"
        self.api, self.peers, self.metrics = free_port(), free_port(), free_port()
        self.process, self.is_stopped = None, False
        atexit.register(lambda: self.process and self.process.kill())

    def start(self, peer, *settings):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [program, "kme", "run", "--site", self.work / self.site, "--insecure-simulated", "--set",
                 f"api.listen=127.0.0.1:{self.api}", f"peers.listen=127.0.0.1:{self.peers}",
                 f"metrics.listen=127.0.0.1:{self.metrics}", f"peers.at.{peer}", "applications.vpn-3=kme-b", *settings], stderr=log)

    def watch(self, page):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/{page}", timeout=5) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return None, ""

    def is_active(self):
        return not self.is_stopped and "\nherald_kme_active 1\n" in self.watch("metrics")[1]

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait()


def move_to_server(server, records):
    """Sealed rows are the same in both engines."""
    rows = sqlite3.connect(records).execute("SELECT key, value FROM records").fetchall()
    values = ",".join(f"('\\x{key.hex()}','\\x{value.hex()}')" for key, value in rows)
    server.psql(f'TRUNCATE "herald_kme-{shared}".records; INSERT INTO "herald_kme-{shared}".records VALUES {values}')
    for file in records.parent.glob("records*"):
        if file.suffix != ".key":
            file.unlink()


def exactly_one(kmes):
    actives = [kme for kme in kmes if kme.is_active()]
    return actives[0] if len(actives) == 1 else None


with tempfile.TemporaryDirectory() as name:
    os.chmod(name, 0o711)  # the server is another user's
    work = pathlib.Path(name) / "demo"
    server = Server(pathlib.Path(name) / "server")
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", work], check=True, capture_output=True)
    subprocess.run([program, "kme", "sae", "add", "vpn-3", "--site", work / "site-a"], check=True, capture_output=True)
    pair = [Kme(work, f"site-{shared}", f"site-{shared}-{i}") for i in (1, 2)]
    single = Kme(work, f"site-{alone}", f"site-{alone}")
    to_single, store = f"kme-{alone}=127.0.0.1:{single.peers}", f"store={server.url}"
    to_pair = f"kme-{shared}=" + '"' + ", ".join(f"127.0.0.1:{kme.peers}" for kme in pair) + '"'
    pair[0].start(to_single, store)  # makes the tables
    wait_for("the first", lambda: exactly_one(pair[:1]))
    pair[0].end(signal.SIGINT)
    move_to_server(server, work / f"site-{shared}/records")
    for kme in pair:
        kme.start(to_single, store)
    single.start(to_pair)
    active = wait_for("one of two", lambda: exactly_one(pair))
    judge, stop = Judge(), threading.Event()
    other = pair[1 - pair.index(active)]
    wait_for("the other stands by", lambda: True if other.watch("readyz")[1].startswith(f"standby: kme-{shared} on ") else None)
    if other.watch("readyz")[0] != 503 or other.watch("healthz")[0] != 200 or "\nherald_kme_active 0\n" not in other.watch("metrics")[1]:
        judge.faults.append(f"the other does not say that it stands by: {other.watch('readyz')}")

    apis = [kme.api for kme in pair]
    first, second = Application(work, here, apis), Application(work, there, [single.api])
    wait_for("keys at both ends", lambda: ((first.ask(f"{there}/status")[1] or {}).get("stored_key_count") or None))
    slaves = {here: Application(work, there, [single.api]), there: Application(work, here, apis)}
    third = Application(work, "vpn-3", [single.api] if alone == "b" else apis)
    threads = [threading.Thread(target=be_master, args=(first, there, judge, stop, random.Random(seed + 1))),
               threading.Thread(target=be_master, args=(second, here, judge, stop, random.Random(seed + 2))),
               threading.Thread(target=be_slave, args=(slaves, third, judge, stop, random.Random(seed + 3)))]
    for thread in threads:
        thread.start()

    takeovers, watcher = {}, Application(work, here, apis)
    for death in range(deaths):
        what = ("killed", "killed", "disconnected", "hung", "killed", "server")[death % 6]
        time.sleep(chance.uniform(0.2, 0.8))
        active = wait_for("one that serves", lambda: exactly_one(pair))
        other = pair[1 - pair.index(active)]
        wait_for("another that waits", lambda: True if other.watch("readyz")[1].startswith("standby") else None)
        began = time.monotonic()
        if what == "killed":
            active.end(signal.SIGKILL)
        elif what == "disconnected":
            server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'herald'")
        elif what == "hung":
            active.process.send_signal(signal.SIGSTOP)
            active.is_stopped = True
        else:
            server.kill()
            server.start()
        if what != "disconnected" and what != "server":
            wait_for("the other serves", lambda: other.is_active() or None)
            takeovers.setdefault(what, []).append(time.monotonic() - began)
        wait_for("keys again", lambda: is_settled((watcher, there)))
        takeovers.setdefault(what + ", keys again", []).append(time.monotonic() - began)
        if what == "killed":
            active.start(to_single, store)
        elif what == "hung":  # and comes to itself, with all that it believes
            active.process.send_signal(signal.SIGCONT)
            active.is_stopped = False
    stop.set()
    for thread in threads:
        thread.join()
    wait_for("both sites", lambda: is_settled((first, there), (second, here)))
    lost = judge_the_rest(judge, slaves)
    for kme in (*pair, single):
        if kme.end(signal.SIGINT) != 130:
            judge.faults.append(f"{kme.log.name} did not end as it should")
        if re.search(r"earlier state|does not go on", kme.log.read_text()):
            judge.faults.append(f"{kme.log.name}: a site was taken for one that was put back")
    if judge.faults:
        for kme in (*pair, single):
            shutil.copy(kme.log, pathlib.Path(tempfile.gettempdir()) / kme.log.name)
    server.kill()

print("\n".join(judge.faults[:20]) or
      f"{deaths} deaths, {len(judge.keys)} keys to masters, {sum(judge.fetched.values())} to slaves, {lost} lost amid a death; "
      "seconds until the other serves, until keys come: " + ", ".join(f"{what} {statistics.median(times):.1f}" for what, times in takeovers.items()))
if not judge.faults and len(judge.keys) < 2 * deaths:
    sys.exit("too few keys: this shows nothing")
sys.exit(bool(judge.faults))
