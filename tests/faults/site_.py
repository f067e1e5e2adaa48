"""A real `ungcuu serve` in a directory of its own, and the visitors that use it."""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.parse

BUILD = os.path.abspath(os.environ.get("UNGCUU_BUILD", "build"))
PROGRAM = os.path.join(BUILD, "ungcuu")


class Skip(Exception):
    """The machine cannot do this test; says why."""


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def _database():
    """A database of its own on the server of UNGCUU_TEST_DB; None: SQLite in the directory."""
    server = os.environ.get("UNGCUU_TEST_DB")
    if not server:
        return None
    name = f"faults_{os.getpid()}_{_database.made}"
    _database.made += 1
    subprocess.run(["psql", "-q", server, "-c", f"CREATE DATABASE {name}"], check=True)
    return server.replace("/postgres?", f"/{name}?")


_database.made = 0


class Site:
    def __init__(self, folder=None):
        self.root = folder or tempfile.mkdtemp(prefix="ungcuu-faults-")
        self.dir = os.path.join(self.root, "site")
        self.db = _database()
        self.server = None
        self.port = 0
        self.log = os.path.join(self.root, "serve.log")
        args = ["--db", self.db] if self.db else []
        done = self.command("init", *args, "--json")
        check(done.returncode == 0, f"init: {done.stderr}")
        first = json.loads(done.stdout)
        self.login, self.password = first["login"], first["password"]
        conf = os.path.join(self.dir, "ungcuu.conf")
        with open(conf, encoding="utf-8") as f:
            text = f.read()
        # Every visitor gets an address of its own, as behind a proxy: limits are per address.
        text = re.sub(r"(?m)^#?\s*trusted_proxy\s*=.*\n", "", text) + "\ntrusted_proxy = 127.0.0.1\n"
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text)

    def coordinator(self):
        """A visitor signed in as coordinator of the whole site."""
        done = self.command("user", "add", "--name", "Điều phối thử", "--role", "coordinator", "--org",
                            "DV-0001", "--password-stdin", "dieuphoi", given="Thu-nghiem-2026-x\n")
        check(done.returncode == 0, f"user add: {done.stderr}")
        visitor = self.visitor()
        form = {"csrf": visitor.token("/sign-in"), "login": "dieuphoi", "password": "Thu-nghiem-2026-x"}
        answer, page = visitor.ask("POST", "/sign-in", urllib.parse.urlencode(form),
                                   {"Content-Type": "application/x-www-form-urlencoded"})
        check(answer.status == 303, f"sign-in: {answer.status} {page[:500]}")
        visitor.cookie = answer.getheader("Set-Cookie").split(";")[0]
        return visitor

    def command(self, *words, given=""):
        head, rest = words[0:1], words[1:]
        if words[0] in ("audit", "user"):
            head, rest = words[0:2], words[2:]
        return subprocess.run([PROGRAM, *head, "--dir", self.dir, *rest], input=given, text=True,
                              capture_output=True, timeout=120)

    def start(self):
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(
                [PROGRAM, "serve", "--dir", self.dir, "--any-port", "--json", "--quiet"],
                stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.server.stdout.readline()
        if not line:
            self.server.wait()
            raise AssertionError(f"serve ended with {self.server.returncode}: {self.tail()}")
        self.port = json.loads(line)["port"]
        return self

    def tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()[-3000:]

    def kill(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()
        self.server.stdout.close()

    def stop(self):
        self.server.terminate()
        code = self.server.wait(60)
        self.server.stdout.close()
        check(code == 0, f"serve ended with {code} on SIGTERM: {self.tail()}")

    def remove(self):
        if self.server and self.server.poll() is None:
            self.kill()
        shutil.rmtree(self.root, ignore_errors=True)

    def chain_is_whole(self):
        done = self.command("audit", "verify")
        check(done.returncode == 0, f"audit verify: {done.stdout}{done.stderr}")

    def visitor(self):
        return Visitor(self.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


class Visitor:
    """A visitor with an address and a connection of its own."""
    numbers = iter(range(1, 1 << 30))
    lock = threading.Lock()

    def __init__(self, port):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookie = ""
        self.move()

    def move(self):
        with Visitor.lock:
            n = next(Visitor.numbers)
        self.address = f"2001:db8:{n >> 16:x}:{n & 0xffff:x}::1"

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body,
                                {"X-Forwarded-For": self.address, "Cookie": self.cookie,
                                 **(headers or {})})
        answer = self.connection.getresponse()
        data = answer.read()
        return answer, data

    def token(self, path="/report"):
        answer, page = self.ask("GET", path)
        check(answer.status == 200, f"GET {path}: {answer.status}")
        return re.search(rb'name="csrf" value="([^"]+)"', page).group(1).decode()

    def report(self, text, token, files=()):
        """Sends a report: the secret of its receipt, or the answer when it was not accepted."""
        self.move()
        fields = {"csrf": token, "kind": "other", "body": text}
        if files:
            body, kind = multipart(fields, files)
        else:
            body, kind = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
        answer, page = self.ask("POST", "/report", body, {"Content-Type": kind})
        where = answer.getheader("Location") or ""
        if answer.status == 303 and where.startswith("/r/"):
            return where[3:].split("?")[0], None
        return None, (answer.status, page.decode("utf-8", "replace"))

    def close(self):
        self.connection.close()


def multipart(fields, files):
    """`files` are (name as sent, type, bytes)."""
    mark = "mark-of-the-parts-7d1f"
    out = bytearray()
    for name, value in fields.items():
        out += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, kind, data in files:
        out += (f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
                f"Content-Type: {kind}\r\n\r\n").encode() + data + b"\r\n"
    out += f"--{mark}--\r\n".encode()
    return bytes(out), f"multipart/form-data; boundary={mark}"


def raw(port, data, seconds=20, shut=False):
    """Sends bytes as they are and reads until the other side closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as s:
        try:
            s.sendall(data)
            if shut:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused in the middle: what counts is the answer
        out = b""
        try:
            while chunk := s.recv(65536):
                out += chunk
        except OSError:
            pass
        return out
