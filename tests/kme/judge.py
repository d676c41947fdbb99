"""For the tests that kill KMEs under load: applications that ask, and a judge of what every one of them asked and got: each key to
its master at most once and to its slave at most once, the same bytes at both, to nobody else."""
import collections
import http.client
import json
import random
import socket
import ssl
import sys
import threading
import time

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
    """Of a site that is at one of the ports `apis`, whichever answers."""

    def __init__(self, work, name, apis):
        self.apis, self.name = list(apis), name
        self.context = ssl.create_default_context(cafile=work / "site-a/authority.pem")
        certificate = work / f"site-a/applications/{name}"
        self.context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")
        self.connection = None

    def ask(self, path, body=None):
        """Status and what came; None when the answer was not heard."""
        for _ in self.apis if self.connection is None else []:
            try:
                self.connection = http.client.HTTPSConnection("localhost", self.apis[0], context=self.context, timeout=10)
                self.connection.connect()
                break
            except OSError:
                self.connection = None
                self.apis.append(self.apis.pop(0))
        if self.connection is None:
            return 503, None  # it never was asked
        try:
            self.connection.request("GET" if body is None else "POST", "/api/v1/keys/" + path, body and json.dumps(body))
            reply = self.connection.getresponse()
            return reply.status, json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.connection.close()
            self.connection = None
            self.apis.append(self.apis.pop(0))
            return None, None


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


def is_settled(*askers):
    """Pairs of an application and its partner."""
    return True if all(application.ask(f"{partner}/status")[0] == 200 for application, partner in askers) else None


def judge_the_rest(judge, slaves):
    """In quiet: what was given to a master and not asked for amid a death is there, and nothing comes twice. How many were lost."""
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
    for key in list(judge.keys)[:200]:
        if fetch(slaves[judge.keys[key][1]], judge.keys[key][1], key, judge) == 200:
            judge.faults.append(f"{key} came again")
    return lost
