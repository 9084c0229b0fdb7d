"""Real nodes over PostgreSQL and Redis, a balancer before them, and a way in: what `.ci/balancer` tries."""

import base64
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILT = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug"
PUBLIC, COMPANY = "hub.example.com", "acme.hub.example.com"
ACCOUNT, SECRET, NUMBER = "AC" + "0" * 31 + "1", "0123456789abcdef" * 2, "+12025550100"
PATIENCE_S = 20


def eventually(what, ask):
    """Asks until the answer is neither false nor an error of the line."""
    end, last = time.monotonic() + PATIENCE_S, None
    while time.monotonic() < end:
        try:
            last = ask()
            if last:
                return last
        except (OSError, http.client.HTTPException) as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE_S} s, last {last!r}")


def free_port():
    """Below those that are given to connections: what is free now is free when a node listens."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as free:
            if free.connect_ex(("127.0.0.1", port)):
                return port


class House:
    """Provider, nodes and balancer, each a process of ours; and the way in."""

    def __init__(self, folder):
        self.folder, self.processes, self.balancer = folder, [], None
        self.name = f"operations_{uuid.uuid4().hex[:12]}"
        self.ports = [free_port(), free_port()]
        self.port, self.provider = free_port(), free_port()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.measured = []

    def __enter__(self):
        self.sql(f"CREATE DATABASE {self.name}")
        return self

    def __exit__(self, *_):
        for process in self.processes:
            # The balancer takes its workers along when it is asked to end; nothing else has any.
            process.send_signal(signal.SIGTERM if process is self.balancer else signal.SIGKILL)
            process.wait()
        self.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def sql(self, statement):
        subprocess.run(["psql", "-qh", "127.0.0.1", "-U", "postgres", "-c", statement, "postgres"], check=True)

    def environment(self, port):
        settings = {
            "HTTP__BIND": f"127.0.0.1:{port}",
            "HTTP__PUBLIC_URL": f"https://{PUBLIC}",
            "HTTP__TRUSTED_PROXIES": "127.0.0.1",
            "DATA__DIR": self.folder / "data",
            "DATABASE__URL": f"postgres://postgres@127.0.0.1:5432/{self.name}",
            "REDIS__URL": "redis://127.0.0.1:6379",
            "REDIS__PREFIX": self.name,
            "PROVIDERS__TWILIO__BASE_URL": f"http://127.0.0.1:{self.provider}",
            "LIMITS__REQUESTS_PER_S": 10_000,
            "LIMITS__BURST": 10_000,
            "REALTIME__DRAIN_S": 1,
            "LOG__FORMAT": "json",
        }
        return os.environ | {f"SWITCHBOARD__{name}": str(value) for name, value in settings.items()}

    def begin(self, command, log, **more):
        with open(self.folder / log, "a") as output:
            process = subprocess.Popen(command, cwd=self.folder, stdout=output, stderr=output, **more)
        self.processes.append(process)
        return process

    def ask_switchboard(self, *arguments):
        """A command of the hub, and what it printed."""
        command, environment = [BUILT / "switchboard", *arguments], self.environment(0)
        return subprocess.run(command, cwd=self.folder, env=environment, check=True, capture_output=True, text=True).stdout

    def start_node(self, number):
        port = self.ports[number]
        node = self.begin([BUILT / "switchboard", "serve"], f"node{number}.log", env=self.environment(port))
        eventually(f"node {number} is ready, and hears the other", lambda: self.at_node(number, "/health/ready")[0] == 200
                   and json.loads(self.at_node(number, "/health/ready")[1])["bus"] == "ok")
        return node

    def at_node(self, number, path):
        line = http.client.HTTPConnection("127.0.0.1", self.ports[number], timeout=10)
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read()

    def note_measures(self):
        """What both nodes counted; a node that ends counts anew."""
        self.measured += [self.at_node(number, "/metrics")[1] for number in [0, 1]]

    def start_provider(self):
        account = ["--account", ACCOUNT, "--auth-token", SECRET, "--number", NUMBER]
        self.begin([BUILT / "loadtest", "provider", "twilio", "--bind", f"127.0.0.1:{self.provider}", *account], "provider.log")
        eventually("the provider listens", lambda: socket.create_connection(("127.0.0.1", self.provider)).close() is None)

    def start_balancer(self):
        certificate, key = self.folder / "hub.pem", self.folder / "hub.key"
        subject = ["-subj", f"/CN={PUBLIC}", "-addext", f"subjectAltName=DNS:{PUBLIC},DNS:*.{PUBLIC}"]
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", certificate]
        subprocess.run([*make, *subject], check=True, capture_output=True)
        self.tls.load_verify_locations(certificate)
        replaced = {
            "listen 443 ssl": f"listen {self.port} ssl",
            "127.0.0.1:8081": f"127.0.0.1:{self.ports[0]}",
            "127.0.0.1:8082": f"127.0.0.1:{self.ports[1]}",
            "/etc/ssl/hub.example.com.pem": str(certificate),
            "/etc/ssl/private/hub.example.com.key": str(key),
        }
        text = (ROOT / "hub/docs/operations/nginx.conf").read_text()
        for ours, here in replaced.items():
            assert text.count(ours) == 1, f"nginx.conf does not say {ours} once"
            text = text.replace(ours, here)
        (self.folder / "switchboard.conf").write_text(text)
        user = "user root;" if os.geteuid() == 0 else ""
        bodies = " ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        (self.folder / "nginx.conf").write_text(
            f"daemon off; {user} worker_processes 2; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;\n"
            f"events {{ worker_connections 1024; }}\nhttp {{ {bodies}\n"
            f"log_format places '$request_id $host $request_uri $status $upstream_addr'; access_log {self.folder}/places.log places;\n"
            f"include {self.folder}/switchboard.conf; }}\n"
        )
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.balancer = self.begin([nginx, "-c", self.folder / "nginx.conf", "-e", self.folder / "nginx.log"], "nginx.log")
        eventually("the balancer listens", lambda: self.ask("GET", "/health")[0] == 200)

    def line(self, host, source="127.0.0.1"):
        """A TLS connection to the balancer, made from an address of this machine."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(source, 0))
        return self.tls.wrap_socket(plain, server_hostname=host)

    def ask(self, method, path, body=None, host=PUBLIC, token=None, source="127.0.0.1", **headers):
        """One request through the balancer: its status, and what was answered."""
        if isinstance(body, dict):
            body, headers = json.dumps(body), {"Content-Type": "application/json"} | headers
        if token:
            headers["Authorization"] = f"Bearer {token}"
        line = http.client.HTTPConnection(host)
        line.sock = self.line(host, source)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def served_by(self, host, path):
        """The nodes that answered requests for this path under this name."""
        lines = [line.split() for line in (self.folder / "places.log").read_text().splitlines()]
        return {line[-1] for line in lines if line[1] == host and line[2] == path}

    def is_used(self, number):
        """Whether the balancer sends people to this node, who was away."""
        return (self.folder / "places.log").read_text()[-4_000:].count(f"127.0.0.1:{self.ports[number]}\n") > 5


class Cut(ConnectionError):
    """A session ended, with a close code or without: its client comes back."""


class Socket:
    """A WebSocket client of few words: text in, text out, and how it ended."""

    def __init__(self, line, host, token):
        self.line = line
        key = base64.b64encode(os.urandom(16)).decode()
        head = ["GET /ws HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                f"Sec-WebSocket-Key: {key}", f"Authorization: Bearer {token}", f"Origin: https://{PUBLIC}"]
        line.sendall("\r\n".join([*head, "", ""]).encode())
        self.stream = line.makefile("rb")
        status = self.stream.readline()
        assert b" 101 " in status, status
        while self.stream.readline().strip():
            pass
        self.welcome = self.frame()["params"]

    def send(self, frame):
        data, mask = json.dumps(frame).encode(), os.urandom(4)
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + struct.pack(">H", len(data))
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
        self.line.sendall(b"\x81" + length + mask + masked)

    def read(self):
        """The next text; the close code when there is none."""
        while True:
            head = self.stream.read(2)
            if len(head) < 2:
                raise Cut("without a word")
            first, length = head
            if length >= 126:
                length = int.from_bytes(self.stream.read(2 if length == 126 else 8), "big")
            data = self.stream.read(length)
            if first & 0x0F == 8:
                return int.from_bytes(data[:2], "big")
            if first & 0x0F == 1:
                return json.loads(data)

    def frame(self):
        """The next text; there has to be one."""
        if isinstance(frame := self.read(), int):
            raise Cut(frame)
        return frame

    def call(self, method, **params):
        self.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        while "result" not in (frame := self.frame()):
            assert "error" not in frame, frame
        return frame["result"]

    def until_event(self, body):
        """Reads on until somebody said this."""
        while True:
            said = self.frame().get("params", {}).get("data", {}).get("message", {})
            if said.get("body") == body:
                return
