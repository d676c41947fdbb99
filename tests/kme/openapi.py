#!/usr/bin/env python3
"""The OpenAPI document that a KME serves: valid by the schema of OpenAPI 3.0 (Debian's libjson-validator-perl), and true. Every
method, form and status that it names is brought about at two real KMEs, and each reply is what it says; a status that it does
not name is a fault, and so is one that never came.

    tests/kme/openapi.py PROGRAM
"""
import http.client
import json
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import jsonschema

from judge import free_port, wait_for

program = sys.argv[1]
DESCRIPTION = "/api/v1/openapi.json"
# Only when a KME's records cannot be read.
NOT_TRIED = {("/api/v1/keys/{slave_SAE_ID}/status", "get", "503")}
faults, seen = [], set()


class Application:
    def __init__(self, work, name, port):
        self.port = port
        self.context = ssl.create_default_context(cafile=work / "site-a/authority.pem")
        certificate = work / f"site-a/applications/{name}"
        self.context.load_cert_chain(f"{certificate}.pem", f"{certificate}.key")

    def ask(self, method, path, body=None, headers=None):
        """Status, headers and what came."""
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=30)
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return reply.status, reply.headers, text

    def say(self, text):
        """Raw bytes; the reply."""
        with self.context.wrap_socket(socket.create_connection(("localhost", self.port)), server_hostname="localhost") as tls:
            tls.sendall(text)
            reply = http.client.HTTPResponse(tls)
            reply.begin()
            return reply.status, reply.headers, reply.read()


class Description:
    def __init__(self, text):
        self.document = json.loads(text)

    def resolve(self, node):
        while "$ref" in node:
            found = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def whole(self, node):
        """With what it refers to in its place; nothing refers to itself."""
        if isinstance(node, list):
            return [self.whole(each) for each in node]
        return {name: self.whole(each) for name, each in self.resolve(node).items()} if isinstance(node, dict) else node

    def complaints(self, value, schema):
        validator = jsonschema.Draft4Validator(self.whole(schema), format_checker=jsonschema.FormatChecker())
        return [error.message for error in validator.iter_errors(value)]

    def operation(self, method, path):
        """Its path as the document has it, and what it says of it."""
        for template, item in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), path.split("?")[0]):
                return template, item.get(method.lower())
        return None, None

    def check(self, method, path, status, headers, text, body=None):
        """Holds a reply against the document."""
        template, operation = self.operation(method, path)
        said = (operation or {}).get("responses", {}).get(str(status))
        if said is not None:
            seen.add((template, method.lower(), str(status)))
        else:
            said = self.document["x-any-path"].get(str(status))
            seen.add(("any", "", str(status)))
        where = f"{method} {path}: {status}"
        if said is None:
            return faults.append(f"{where} is not in the document: {text[:200]}")
        said = self.resolve(said)
        if headers["Content-Type"] not in said["content"]:
            faults.append(f"{where}: {headers['Content-Type']}")
        for complaint in self.complaints(json.loads(text), said["content"]["application/json"]["schema"]):
            faults.append(f"{where}: {complaint}")
        for name, header in said.get("headers", {}).items():
            if name in headers:
                value = int(headers[name]) if header["schema"]["type"] == "integer" else headers[name]
                faults.extend(f"{where}: {name}: {each}" for each in self.complaints(value, header["schema"]))
            elif header.get("required"):
                faults.append(f"{where} has no {name}")
        if body is not None and status == 200:
            schema = self.resolve(operation["requestBody"])["content"]["application/json"]["schema"]
            faults.extend(f"{where} took a body of which the document says: {each}"
                          for each in self.complaints(json.loads(body), schema))


def check_document(work, text):
    (work / "openapi.json").write_bytes(text)
    script = 'my $v = JSON::Validator->new; print "$_\\n" for @{$v->schema("file://$ARGV[0]")->schema->errors}'
    said = subprocess.run(["perl", "-MJSON::Validator", "-e", script, work / "openapi.json"], capture_output=True, text=True)
    if said.returncode != 0 or said.stdout:
        faults.append(f"the document is not valid: {said.stdout}{said.stderr}")


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name) / "demo"
    subprocess.run([program, "demo", "--keys", "4", "--distance", "10", "--directory", work], check=True, capture_output=True)
    for sae in ("vpn-3", "vpn-4", "vpn-5", "stranger"):
        subprocess.run([program, "kme", "sae", "add", sae, "--site", work / "site-a"], check=True, capture_output=True)
    policies = ('\n[policy.slow]\napplications = ["vpn-4"]\nrequests_per_s = 0.001\n'
                '[policy.repeats]\napplications = ["vpn-1"]\nidempotency_s = 600\n'
                '[policy.hybrid]\napplications = ["vpn-5"]\nhybrid = true\n')
    with (work / "site-a/kme.toml").open("a") as config:
        config.write(policies)
    ports = {site: (free_port(), free_port()) for site in "ab"}

    def start(site, peer):
        with (work / f"{site}.log").open("ab") as log:
            return subprocess.Popen(
                [program, "kme", "run", "--site", work / f"site-{site}", "--insecure-simulated", "--set",
                 f"api.listen=127.0.0.1:{ports[site][0]}", f"peers.listen=127.0.0.1:{ports[site][1]}",
                 f"peers.at.kme-{peer}=127.0.0.1:{ports[peer][1]}", "applications.vpn-3=kme-b", "applications.vpn-4=kme-a",
                 "applications.vpn-5=kme-a"], stderr=log)

    processes = {"a": start("a", "b"), "b": start("b", "a")}
    try:
        master, slow, hybrid, stranger = (Application(work, sae, ports["a"][0]) for sae in ("vpn-1", "vpn-4", "vpn-5", "stranger"))
        slave, third = (Application(work, sae, ports["b"][0]) for sae in ("vpn-2", "vpn-3"))

        def asks(application, path):
            try:
                return application.ask("GET", path)[0]
            except OSError:
                return None

        def is_ready():
            if asks(master, "/api/v1/keys/vpn-2/status") != 200 or asks(slave, "/api/v1/keys/vpn-1/status") != 200:
                return None
            status = json.loads(master.ask("GET", "/api/v1/keys/vpn-2/status")[2])
            return True if status["stored_key_count"] > 20 else None

        wait_for("keys", is_ready)
        status, headers, text = master.ask("GET", DESCRIPTION)
        check_document(work, text)
        description = Description(text)
        description.check("GET", DESCRIPTION, status, headers, text)

        def expect(wanted, application, method, path, body=None, **more):
            status, headers, text = application.ask(method, path, body, **more)
            description.check(method, path, status, headers, text, body)
            if status != wanted:
                faults.append(f"{method} {path}: {status}, not {wanted}: {text[:200]}")
            return json.loads(text)

        def key_ids(container):
            return json.dumps({"key_IDs": [{"key_ID": key["key_ID"]} for key in container.get("keys", [])]})

        # Who never ends its request waits ten seconds for the answer; meanwhile the rest.
        late = threading.Thread(target=lambda: description.check("GET", "/slow", *master.say(b"GET /slow HTTP/1.1\r\n")))
        late.start()

        enc, dec, state = "/api/v1/keys/vpn-2/enc_keys", "/api/v1/keys/vpn-1/dec_keys", "/api/v1/keys/vpn-2/status"
        expect(200, master, "GET", state)
        got = [expect(200, master, "GET", enc), expect(200, master, "GET", enc + "?number=2&size=128"),
               expect(200, master, "POST", enc), expect(200, master, "POST", enc, "{}"),
               expect(200, master, "POST", enc, json.dumps({"number": 2, "size": 128, "extension_optional": [{"acme_a": 1}]}))]
        shared = expect(200, master, "POST", enc, json.dumps({"additional_slave_SAE_IDs": ["vpn-3"]}))
        mixed = expect(200, hybrid, "POST", enc, "{}")
        if "herald_hybrid" not in mixed["keys"][0].get("key_extension", {}):
            faults.append(f"no extension says that it is hybrid: {list(mixed['keys'][0])}")
        expect(401, third, "POST", dec, key_ids(got[0]))
        expect(401, third, "GET", dec + "?key_ID=" + got[0]["keys"][0]["key_ID"])
        expect(200, slave, "GET", dec + "?key_ID=" + got[0]["keys"][0]["key_ID"])
        for container in (got[1], shared):
            expect(200, slave, "POST", dec, key_ids(container))
        expect(200, third, "POST", dec, key_ids(shared))
        expect(400, slave, "POST", dec, key_ids(shared))

        for body in ('{"size":9}', '{"size":8}', '{"number":0}', '{"number":1e99}', "[]", "{", '{"extension_mandatory":[{"acme_a":1}]}',
                     '{"additional_slave_SAE_IDs":["vpn-3","vpn-3"]}'):
            expect(400, master, "POST", enc, body)
        for query in ("?number=0", "?size=9", "?colour=red"):
            expect(400, master, "GET", enc + query)
        for body in ("", "{}", '{"key_IDs":[]}', '{"key_IDs":[{"key_ID":"no"}]}'):
            expect(400, slave, "POST", dec, body)
        expect(400, slave, "GET", dec)
        expect(400, master, "GET", "/api/v1/keys/nobody/status")
        expect(400, master, "GET", DESCRIPTION + "?a=b")
        # A name for a request, which the program can give too.
        body = json.dumps({"number": 2, "extension_mandatory": [{"herald_idempotency_key": "first"}]})
        if expect(200, master, "POST", enc, body) != expect(200, master, "POST", enc, body):
            faults.append("under the same name there was another reply")
        expect(400, master, "POST", enc, body.replace("2", "3"))
        body = json.dumps(json.loads(key_ids(got[4])) | json.loads(body) | {"number": None})
        expect(400, slave, "POST", dec, body)

        def fetch(name):
            pem = f"{work}/site-a/applications/vpn-1"
            said = subprocess.run(
                [program, "key", "fetch", "--kme", f"localhost:{ports['a'][0]}", "--peer", "vpn-2", "--certificate", f"{pem}.pem",
                 "--key", f"{pem}.key", "--authority", work / "site-a/authority.pem", "--output", "-", "--idempotency-key", name],
                capture_output=True, text=True)
            return said.stdout

        if not fetch("second") or fetch("second") != fetch("second") or fetch("second") == fetch("third"):
            faults.append("herald key fetch --idempotency-key: the same name must give the same key, another one another")
        one = got[2]["keys"][0]["key_ID"]
        for method, path, body in (("GET", state, None), ("GET", enc, None), ("POST", enc, "{}"), ("GET", f"{dec}?key_ID={one}", None),
                                   ("POST", dec, key_ids(got[2]))):
            expect(401, stranger, method, path, body)
        slow.ask("GET", state)  # what it may; the same again would be answered from memory, uncounted
        for method, path, body in (("GET", "/api/v1/keys/vpn-3/status", None), ("GET", enc, None), ("POST", enc, "{}"), ("GET", f"{dec}?key_ID={one}", None),
                                   ("POST", dec, key_ids(got[2]))):
            expect(429, slow, method, path, body)
        for path in (enc, dec, "/else"):
            description.check("POST", path, *master.say(f"POST {path} HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n".encode()))
        for path in ("/", "/api/v1/keys/vpn-2/keys", "/api/v1", "/api/v2/keys/vpn-2/status"):
            expect(404, master, "GET", path)
        for path in (state, enc, dec, DESCRIPTION):
            expect(405, master, "DELETE", path)
        expect(431, master, "GET", state, headers={"X-Long": "x" * 9000})
        late.join()
        processes["b"].send_signal(signal.SIGKILL)
        wait_for("the loss of a peer", lambda: True if master.ask("GET", enc)[0] == 503 else None)
        expect(503, master, "GET", enc)
        expect(503, master, "POST", enc, "{}")
        processes["b"].wait()
        # And its peer goes, so that a slave cannot be served.
        processes["b"] = start("b", "a")
        wait_for("the pair", lambda: True if asks(master, enc) == 200 else None)
        processes["a"].send_signal(signal.SIGKILL)
        wait_for("the other alone", lambda: True if asks(slave, "/api/v1/keys/vpn-1/enc_keys") == 503 else None)
        expect(503, slave, "GET", f"{dec}?key_ID={one}")
        expect(503, slave, "POST", dec, key_ids(got[3]))
    finally:
        for process in processes.values():
            process.kill()
            process.wait()

said = {(path, method, status) for path, item in description.document["paths"].items() for method, operation in item.items()
        if method != "parameters" for status in operation["responses"]}
said |= {("any", "", status) for status in description.document["x-any-path"]}
faults += [f"never came, but is in the document: {each}" for each in sorted(said - seen - NOT_TRIED)]
print("\n".join(faults[:20]) or f"{len(seen)} replies of different kinds are what the document says")
sys.exit(bool(faults))
