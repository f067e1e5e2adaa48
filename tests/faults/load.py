"""Faults under load: the program killed, its database restarted, its disk full."""
import ctypes
import http.client
import os
import random
import subprocess
import threading
import time

from site_ import Site, Skip, check


class Writers:
    """Visitors that send reports as fast as they get receipts. What they were promised is in `acked`."""

    def __init__(self, site, count=8):
        self.acked, self.refused, self.broken = [], [], 0
        self.ends = threading.Event()
        self.first = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=(site, i)) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def write(self, site, number):
        sent = 0
        visitor = token = None
        while not self.ends.is_set():
            try:
                if visitor is None:
                    visitor = site.visitor()
                    token = visitor.token()
                secret, refusal = visitor.report(f"Tin báo thử {number}-{sent}", token)
            except (OSError, AssertionError, ValueError, http.client.HTTPException):
                # Cut off in the middle: nothing was promised.
                with self.lock:
                    self.broken += 1
                visitor = None
                time.sleep(0.02)
                continue
            sent += 1
            with self.lock:
                if secret:
                    self.acked.append(secret)
                    self.first.set()
                else:
                    self.refused.append(refusal)
            if refusal:
                time.sleep(0.02)

    def stop(self):
        self.ends.set()
        for thread in self.threads:
            thread.join(60)


def lost(site, secrets):
    visitor = site.visitor()
    missing = [s for s in secrets if visitor.ask("GET", f"/r/{s}")[0].status != 200]
    visitor.close()
    return missing


def killed():
    """kill -9 at random moments of a write load: what was acknowledged is there, the chain is whole."""
    rounds = int(os.environ.get("UNGCUU_KILL_ROUNDS", "6"))
    seed = int(os.environ.get("UNGCUU_KILL_SEED", "0")) or random.randrange(1 << 30)
    rng = random.Random(seed)
    acked = broken = 0
    with Site() as site:
        for _ in range(rounds):
            site.start()
            writers = Writers(site)
            check(writers.first.wait(30), f"no report was taken in: {site.tail()}")
            time.sleep(rng.uniform(0, 0.4))
            site.kill()
            writers.stop()
            acked += len(writers.acked)
            broken += writers.broken
            site.start()
            missing = lost(site, writers.acked)
            check(not missing, f"{len(missing)} of {len(writers.acked)} reports are lost (seed {seed})")
            site.kill()
            site.chain_is_whole()
        site.start()
        site.stop()
    return f"{rounds} kills, {acked} reports acknowledged and all there, {broken} cut off"


def database_restarted():
    """PostgreSQL restarted under load: errors are told or tried again, and the site goes on by itself."""
    restart = os.environ.get("UNGCUU_TEST_PG_RESTART")
    if not restart:
        raise Skip("no PostgreSQL in this run")
    with Site() as site:
        site.start()
        writers = Writers(site, 4)
        check(writers.first.wait(30), "no report was taken in")
        for _ in range(3):
            time.sleep(0.5)
            subprocess.run(restart, shell=True, check=True)
            before = len(writers.acked)
            end = time.monotonic() + 30
            while len(writers.acked) <= before + 4 and time.monotonic() < end:
                time.sleep(0.05)
            check(len(writers.acked) > before + 4, f"the site did not come back: {site.tail()}")
        writers.stop()
        strange = [r for r in writers.refused if r[0] not in (503,)]
        check(not strange, f"refused otherwise than with 503: {strange[:1]}")
        check(not lost(site, writers.acked), "acknowledged reports are lost")
        site.stop()
        site.chain_is_whole()
        return f"3 restarts, {len(writers.acked)} acknowledged and there, {len(writers.refused)} told 503"


def _small_disk():
    """A file system of 48 MB, seen by this process alone; gone with it."""
    libc = ctypes.CDLL(None, use_errno=True)
    new_ns, new_user = 0x00020000, 0x10000000
    flags = new_ns if os.geteuid() == 0 else new_ns | new_user
    if libc.unshare(flags) != 0:
        raise Skip(f"no mount namespace here: {os.strerror(ctypes.get_errno())}")
    folder = "/tmp/ungcuu-small-disk"
    os.makedirs(folder, exist_ok=True)
    private = 1 << 18 | 1 << 14
    libc.mount(b"none", b"/", None, private, None)
    if libc.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, b"size=48m") != 0:
        raise Skip(f"no file system of our own here: {os.strerror(ctypes.get_errno())}")
    return folder


def _fill(path):
    with open(path, "wb", buffering=0) as f:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    f.write(b"\0" * size)
            except OSError:
                pass


def disk_full():
    """No space left: a clear refusal, nothing half written, reading goes on, writing resumes."""
    if os.environ.get("UNGCUU_TEST_DB"):
        raise Skip("the database has a disk of its own: the case is for SQLite")
    folder = _small_disk()
    filler = os.path.join(folder, "filler")
    site = Site(folder)
    site.start()
    visitor = site.visitor()
    token = visitor.token()
    secret, _ = visitor.report("Trước khi đầy đĩa", token)
    check(secret, "the first report was refused")
    _fill(filler)
    refused = told = 0
    for i in range(40):
        name = f"anh-{i}.bin"
        got, answer = visitor.report("Khi đầy đĩa " + "x" * 4000, token,
                                     [(name, "application/octet-stream", os.urandom(200000))])
        if got is None:
            refused += 1
            told += answer[0] == 507
    check(refused == 40 and told == refused, f"{refused} of 40 refused, {told} with 507: {site.tail()}")
    small = 0
    for i in range(400):
        got, answer = visitor.report("y" * 15000, token)
        if got is None:
            small += 1
            check(answer[0] == 507, f"refused with {answer[0]}: {site.tail()}")
            if small > 3:
                break
    check(small > 0, "the disk never filled up")
    check(visitor.ask("GET", f"/r/{secret}")[0].status == 200, "reading stopped")
    check(not os.listdir(os.path.join(site.dir, "spool")), "refused uploads stay in the spool")
    os.remove(filler)
    again, answer = visitor.report("Sau khi dọn đĩa", token,
                                   [("a.txt", "text/plain", b"dong nhat ky\n")])
    check(again, f"writing did not resume: {answer}")
    visitor.close()
    site.stop()
    site.chain_is_whole()
    return f"{refused + small} refused with 507, reading went on, writing resumed"


CASES = [killed, database_restarted, disk_full]
