#!/usr/bin/env python3
"""The hunting engine on real logs and rules (data from UNGCUU_DATA; skipped without it).

Golden cases: every rule of SigmaHQ's regression data finds its event in the EVTX file and in the same
event as JSON; all findings equal the expected ones, and EVTX equals JSON. Damaged EVTX files: every
record that can be read is read, the others are counted. One thread and many give the same bytes.
"""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

DATA = os.environ.get("UNGCUU_DATA")
BUILD = os.environ.get("UNGCUU_BUILD", "build")
PROGRAM = os.path.join(BUILD, "ungcuu")
PACKS = ["sigma-rules", "sigma-golden", "evtx-samples", "evtx-attack"]

# File of evtx-samples: records read, records not read. Checked by hand against the chunks' headers.
SAMPLES = {
    "2-system-Microsoft-Windows-LiveId%4Operational.evtx": (399, 0),
    "2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx": (1950, 28),
    "2-vss_0-Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx": (1795, 2),
    "2-vss_7-System.evtx": (1160, 0),
    "Application_no_crc32.evtx": (17, 0),
    "E_ShadowCopy6_windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx": (459, 0),
    "E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx": (340, 0),
    "E_Windows_system32_winevt_logs_Microsoft-Windows-Shell-Core%4Operational.evtx": (1146, 0),
    "MSExchange_Management_wec.evtx": (1, 0),
    "Microsoft-Windows-HelloForBusiness%4Operational.evtx": (6, 14),
    "Microsoft-Windows-LanguagePackSetup%4Operational.evtx": (17, 3),
    "Security_short_selected.evtx": (7, 0),
    "Security_with_size_t.evtx": (636, 0),
    "issue_201.evtx": (1, 0),
    "new-user-security.evtx": (4, 0),
    "post-Security.evtx": (126, 0),
    "sample-with-irregular-bool-values.evtx": (3028, 0),
    "sample-with-zero-data-size-event.evtx": (449, 1),
    "sample_with_a_bad_chunk_magic.evtx": (301, 250),
    "security.evtx": (2261, 0),
    "security_bad_string_cache.evtx": (2261, 0),
    "sysmon.evtx": (358, 8),
    "system.evtx": (1881, 0),
}

passed = failed = 0


def check(ok, what):
    global passed, failed
    passed += ok
    failed += not ok
    if not ok:
        print("FAILED:", what)


def unpack(folder):
    for name in PACKS:
        target = os.path.join(folder, name)
        os.makedirs(target)
        archive = os.path.join(DATA, name + ".tar.zst")
        subprocess.run(["tar", "--zstd", "-xf", archive, "-C", target], check=True)
        inner = os.path.join(target, name)  # some packs hold a folder of their own name
        if os.path.isdir(inner):
            os.rename(inner, target + ".inner")
            os.rmdir(target) if not os.listdir(target) else None
            if not os.path.exists(target):
                os.rename(target + ".inner", target)


def hunt(folder, args):
    done = subprocess.run([os.path.abspath(PROGRAM), "hunt", *args], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300,
                          env={**os.environ, "LANG": "C", "LC_ALL": "C"})
    return done.returncode, done.stdout, done.stderr.decode()


def golden(folder):
    _, out, _ = hunt(folder, ["--rules", "sigma-rules", "--format", "jsonl", "sigma-golden"])
    expected = json.load(open(os.path.join(folder, "sigma-golden", "expected-matches.json")))
    found = {"json": collections.defaultdict(collections.Counter),
             "evtx": collections.defaultdict(collections.Counter)}
    for line in out.splitlines():
        f = json.loads(line)
        stem, ext = os.path.splitext(os.path.relpath(f["file"], "sigma-golden"))
        if ext[1:] in found:
            found[ext[1:]][stem][f["rule"]["id"]] += 1
    for name, want in sorted(expected.items()):
        stem = os.path.splitext(name)[0]
        own = os.path.basename(stem)
        for kind in ("json", "evtx"):
            got = dict(found[kind][stem])
            check(own in got, f"{name} ({kind}): its own rule did not find it")
            check(got == want, f"{name} ({kind}): found {got}, expected {want}")
    check(len(expected) >= 97, "the golden cases are there")


def samples(folder):
    for name, (records, lost) in SAMPLES.items():
        code, out, err = hunt(folder, ["--rules", "sigma-rules/rules/windows/builtin/security",
                                       os.path.join("evtx-samples", name)])
        events = int(re.search(r"([\d,]+) events", out.decode()).group(1).replace(",", ""))
        left_out = 0
        for line in err.splitlines():
            m = re.match(r"  .*\.evtx:\d+: (.*?)(?: \((\d+) times\))?$", line)
            if m:
                left_out += int(m.group(2) or 1)
        check(events == records, f"{name}: {events} events, expected {records}")
        check(left_out == lost, f"{name}: {left_out} not read, expected {lost}")
        check(code == 3 if lost else code in (0, 1), f"{name}: exit status {code}")


def threads(folder):
    args = ["--rules", "sigma-rules/rules", "--format", "jsonl", "evtx-attack", "sigma-golden"]
    one = hunt(folder, args + ["--threads", "1"])
    for n in ("2", "7"):
        check(hunt(folder, args + ["--threads", n])[1:] == one[1:], f"{n} threads find something else")
    check(len(one[1]) > 1_000_000, "there is something to compare")


def main():
    if not DATA:
        print("skipped: UNGCUU_DATA is not set\n0 passed, 0 failed, 1 skipped")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        unpack(folder)
        golden(folder)
        samples(folder)
        threads(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
