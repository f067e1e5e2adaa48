#!/usr/bin/env python3
"""What is installed beside the program: run.py BUILD. systemd reads the units without a complaint and finds
them well shut in, nginx takes the example of a site. A tool that is not here skips its part.

UNGCUU_NGINX names another nginx than the one in the PATH.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEPLOY = os.path.join(ROOT, "deploy")
UNITS = ["ungcuu.service", "ungcuu-backup.service", "ungcuu-backup.timer"]
EXPOSURE = {"ungcuu.service": 1.5, "ungcuu-backup.service": 1.3}  # of 10; lower is better


class Skip(Exception):
    pass


def run(*argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=dict(os.environ, SYSTEMD_COLORS="0", SYSTEMD_PAGER="cat", LC_ALL="C.UTF-8"))
    return done.returncode, done.stdout


def tool(name):
    path = shutil.which(name)
    if path is None:
        raise Skip(f"no {name} here")
    return path


def units_are_read_without_a_complaint(build, work):
    analyze = tool("systemd-analyze")
    for name in UNITS:
        with open(os.path.join(DEPLOY, name), encoding="utf-8") as f:
            text = f.read()
        # Where they will be installed there is nothing yet; every other line stays as it is.
        text = text.replace("/usr/bin/ungcuu", os.path.join(build, "ungcuu"))
        text = text.replace("/usr/lib/ungcuu/nightly-backup", os.path.join(DEPLOY, "nightly-backup"))
        with open(os.path.join(work, name), "w", encoding="utf-8") as f:
            f.write(text)
    code, said = run(analyze, "verify", "--man=no", *(os.path.join(work, name) for name in UNITS))
    ours = [line for line in said.splitlines() if "ungcuu" in line]
    assert not ours, "\n".join(ours)


def units_are_shut_in(build, work):
    analyze = tool("systemd-analyze")
    for name, most in EXPOSURE.items():
        code, said = run(analyze, "security", "--offline=true", "--no-pager", os.path.join(DEPLOY, name))
        found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
        if not found and "offline" in said:
            raise Skip("this systemd-analyze knows no --offline")
        assert found, said[-2000:]
        assert float(found.group(1)) <= most, f"{name}: exposure {found.group(1)}, at most {most} is wanted"


def nginx_takes_the_site(build, work):
    nginx = os.environ.get("UNGCUU_NGINX") or tool("nginx")
    openssl = tool("openssl")
    key, cert = os.path.join(work, "key.pem"), os.path.join(work, "cert.pem")
    code, said = run(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=ungcuu.example.vn")
    assert code == 0, said
    with open(os.path.join(DEPLOY, "nginx-ungcuu.conf"), encoding="utf-8") as f:
        site = f.read()
    site = site.replace("/etc/letsencrypt/live/ungcuu.example.vn/fullchain.pem", cert)
    site = site.replace("/etc/letsencrypt/live/ungcuu.example.vn/privkey.pem", key)
    # Testing opens the sockets: others than those of this machine's own nginx.
    for port, other in (("80", "18080"), ("443 ssl", "18443 ssl")):
        site = site.replace(f"listen {port}", f"listen {other}").replace(f"listen [::]:{port}", f"listen [::]:{other}")
    with open(os.path.join(work, "site.conf"), "w", encoding="utf-8") as f:
        f.write(site)
    main = os.path.join(work, "nginx.conf")
    temporary = "\n".join(f"    {kind}_temp_path {work}/{kind};"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(main, "w", encoding="utf-8") as f:
        f.write(f"pid {work}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}\n"
                f"    include {work}/site.conf;\n}}\n")
    code, said = run(nginx, "-t", "-q", "-p", work, "-c", main)
    assert code == 0 and "[warn]" not in said, said


def main():
    build = os.path.abspath(sys.argv[1])
    passed = failed = skipped = 0
    for test in (units_are_read_without_a_complaint, units_are_shut_in, nginx_takes_the_site):
        with tempfile.TemporaryDirectory(prefix="ungcuu-deploy-") as work:
            try:
                test(build, work)
                passed += 1
                print(f"ok      {test.__name__}")
            except Skip as why:
                skipped += 1
                print(f"skipped {test.__name__}: {why}")
            except AssertionError as problem:
                failed += 1
                print(f"FAILED  {test.__name__}\n{problem}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


main()
