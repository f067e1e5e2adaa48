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
import struct
import subprocess
import sys
import tempfile

DATA = os.environ.get("UNGCUU_DATA")
BUILD = os.environ.get("UNGCUU_BUILD", "build")
PROGRAM = os.path.join(BUILD, "ungcuu")
PACKS = ["sigma-rules", "sigma-golden", "evtx-samples", "evtx-attack"]

# File of evtx-samples: records read, records and chunks not read. Both together are compared below with
# what the headers of the chunks promise.
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


CHUNK, HEADER = 65536, 4096


def promised(path):
    """Records that the headers of the chunks tell of, chunks that hold something but have no header, and
    whether there are records in these."""
    data = open(path, "rb").read()
    records = without = 0
    more = False
    for at in range(HEADER, len(data), CHUNK):
        chunk = data[at:at + CHUNK]
        if chunk[:8] == b"ElfChnk\0":
            first, last = struct.unpack_from("<2Q", chunk, 8)  # MS-EVEN6: numbers of the chunk's records
            records += last - first + 1
        else:
            without += any(chunk)
            more = more or b"**\0\0" in chunk
    return records, without, more


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
        headers, without, more = promised(os.path.join(folder, "evtx-samples", name))
        together = events + left_out
        check(together > headers if more else together == headers + without,
              f"{name}: {together} read and not read, the headers promise {headers}, {without} chunks have none")
        check(code == 3 if lost else code in (0, 1), f"{name}: exit status {code}")


def large(folder):
    """The only chunk of a small file again behind more than 4 GiB of nothing."""
    small = open(os.path.join(folder, "evtx-samples", "new-user-security.evtx"), "rb").read()
    far = HEADER + 65600 * CHUNK
    with open(os.path.join(folder, "large.evtx"), "wb") as f:
        f.write(small[:HEADER + CHUNK])
        f.seek(far)
        f.write(small[HEADER:HEADER + CHUNK])
    with open(os.path.join(folder, "any.yml"), "w") as f:
        f.write("title: any\nlogsource: {product: windows}\n"
                "detection: {s: {EventID|exists: true}, condition: s}\n")
    _, out, err = hunt(folder, ["--rules", "any.yml", "--format", "jsonl", "large.evtx"])
    offsets = [json.loads(line)["offset"] for line in out.splitlines()]
    near = offsets[:len(offsets) // 2]
    check(len(near) == 4 and offsets[4:] == [at + far - HEADER for at in near] and err == "",
          f"a file of more than 4 GiB: {offsets} {err}")
    os.remove(os.path.join(folder, "large.evtx"))


def indicators(folder):
    """Values of the golden events as indicators: the EVTX file and the event as JSON hold the same."""
    values = set()
    for at, _, names in os.walk(os.path.join(folder, "sigma-golden")):
        for name in names:
            if name.endswith(".json") and name != "expected-matches.json":
                text = open(os.path.join(at, name), encoding="utf-8-sig").read()
                values.update(re.findall(r"SHA256=([0-9A-F]{64})", text))
                values.update(re.findall(r"\\\\([\w-]+\.(?:exe|dll|ps1))\b", text))
                values.update(v.replace("\\\\", "\\") for v in
                              re.findall(r'"([A-Z]:(?:\\\\[\w .-]+)+\.(?:exe|dll))"', text))
    with open(os.path.join(folder, "values.txt"), "w") as f:
        f.write("\n".join(sorted(values)))
    _, out, _ = hunt(folder, ["--ioc", "values.txt", "--format", "jsonl", "sigma-golden"])
    found = {".json": collections.defaultdict(set), ".evtx": collections.defaultdict(set)}
    for line in out.splitlines():
        f = json.loads(line)
        stem, ext = os.path.splitext(f["file"])
        if ext in found:
            found[ext][stem].add((f["ioc"]["value"], tuple(f["matched"].items())))
    for stem in found[".evtx"]:
        check(found[".json"][stem] == found[".evtx"][stem],
              f"{stem}: indicators differ: {found['.json'][stem] ^ found['.evtx'][stem]}")
    check(len(found[".evtx"]) > 50, "there are indicators to compare")


def threads(folder):
    args = ["--rules", "sigma-rules/rules", "--format", "jsonl", "evtx-attack", "sigma-golden"]
    one = hunt(folder, args + ["--threads", "1"])
    for n in ("2", "7"):
        check(hunt(folder, args + ["--threads", n])[1:] == one[1:], f"{n} threads find something else")
    check(len(one[1]) > 1_000_000, "there is something to compare")
    args = ["--ioc", "values.txt", "--format", "jsonl", "evtx-attack", "sigma-golden"]
    one = hunt(folder, args + ["--threads", "1"])
    check(hunt(folder, args + ["--threads", "3"])[1:] == one[1:], "3 threads sweep to something else")


def main():
    if not DATA:
        print("skipped: UNGCUU_DATA is not set\n0 passed, 0 failed, 1 skipped")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        unpack(folder)
        golden(folder)
        samples(folder)
        large(folder)
        indicators(folder)
        threads(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
