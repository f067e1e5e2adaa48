"""Visitors that mean harm: slow, oversized, truncated, wrongly encoded, disguised."""
import concurrent.futures
import gzip
import io
import re
import socket
import time
import urllib.parse
import zipfile

from site_ import Site, check, multipart, raw

GET = b"GET / HTTP/1.1\r\nHost: site\r\nConnection: close\r\n"


def slow_thousand():
    """A thousand visitors that send a byte now and then do not keep others waiting."""
    with Site() as site:
        site.start()
        slow = []
        for i in range(1000):
            s = socket.create_connection(("127.0.0.1", site.port), timeout=10)
            s.sendall(b"POST /report HTTP/1.1\r\nHost: site\r\n" if i % 2 else b"GET / HT")
            slow.append(s)

        def ask(_):
            visitor = site.visitor()
            answer, _ = visitor.ask("GET", "/report")
            visitor.close()
            return answer.status

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for s in slow[::50]:
                s.sendall(b"X")
            statuses = list(pool.map(ask, range(200)))
        check(statuses == [200] * 200, f"others were refused: {set(statuses)}")
        visitor = site.visitor()
        secret, refusal = visitor.report("Giữa một nghìn kết nối chậm", visitor.token())
        check(secret, f"a report was refused: {refusal}")
        visitor.close()
        for s in slow:
            s.close()
        site.stop()
    return "200 pages and a report beside 1000 slow connections"


def _status(answer):
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found.group(1)) if found else 0


def requests():
    """Oversized, truncated and wrongly encoded requests get a clear 4xx, and the site goes on."""
    with Site() as site:
        site.start()
        visitor = site.visitor()
        token = visitor.token().encode()
        odd = b"csrf=" + token + b"&kind=other&body=%ff%fe%00"
        form = b"POST /report HTTP/1.1\r\nHost: site\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        cases = {
            "header of 10 MB": (GET + b"X-Long: " + b"a" * 10_000_000 + b"\r\n\r\n", {431, 400, 0}),
            "100,000 header lines": (GET + b"X: y\r\n" * 100_000 + b"\r\n", {431, 400, 0}),
            "target of 1 MB": (b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: s\r\n\r\n", {414, 431, 400, 0}),
            "NUL in the target": (b"GET /\0 HTTP/1.1\r\nHost: s\r\n\r\n", {400, 0}),
            "two lengths": (form + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", {400}),
            "length and chunks": (form + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
            "length that is none": (form + b"Content-Length: -1\r\n\r\n", {400, 413, 0}),
            "body cut short": (form + b"Content-Length: 500\r\n\r\ncsrf=" + token, {400, 408, 0}),
            "compressed body": (form + b"Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB,
                                {400, 403, 413, 415}),
            "not UTF-8": (form + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(odd) + odd, {400}),
            "body of 3 MB in a form": (form + b"Connection: close\r\nContent-Length: 3000000\r\n\r\n"
                                       + b"b" * 3_000_000, {413, 400}),
            "path that climbs": (b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n",
                                 {400, 404}),
            "path that climbs, encoded": (
                b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n", {400, 404}),
        }
        for name, (data, allowed) in cases.items():
            cut = name == "body cut short"
            answer = raw(site.port, data, seconds=1 if cut else 20, shut=cut)
            check(_status(answer) in allowed, f"{name}: {_status(answer)}, not one of {sorted(allowed)}")
            check(b"root:" not in answer, f"{name}: a file of the machine came back")
        secret, refusal = visitor.report("Sau các yêu cầu phá hoại", token.decode())
        check(secret, f"the site no longer takes reports: {refusal}")
        visitor.close()
        site.stop()
    return f"{len(cases)} kinds of hostile request"


BOMB = gzip.compress(b"\0" * 50_000_000)


def _zip_bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.txt", b"\0" * 200_000_000)
    return out.getvalue()


def uploads():
    """Disguised files are kept as they are and handed out as nothing but files."""
    files = [
        ("../../../../etc/cron.d/evil", "text/plain", b"* * * * * root true\n"),
        ("..\\..\\windows\\evil.bat", "text/plain", b"@echo off\r\n"),
        ("page.html", "text/html", b"<script>alert(document.domain)</script>"),
        ("picture.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("bomb.zip", "application/zip", _zip_bomb()),
        ("=cmd|' /C calc'!A0.csv", "text/csv", b"=1+1,@SUM(A1)\n"),
        ("a\u202egpj.exe", "application/octet-stream", b"MZ"),
        ("", "application/octet-stream", b"no name"),
        ("x" * 5000 + ".txt", "text/plain", b"long name"),
    ]
    with Site() as site:
        site.start()
        visitor = site.visitor()
        token = visitor.token()
        secret, refusal = visitor.report("Tệp đính kèm lạ", token, files)
        check(secret, f"the report was refused: {refusal}")
        _, page = visitor.ask("GET", f"/r/{secret}")
        text = page.decode()
        check("<script>alert" not in text and "onload=" not in text, "a file's content stands in the page")
        reader = site.coordinator()
        _, page = reader.ask("GET", "/reports")
        report = re.search(r'href="(/reports/[A-Z][^"?]+)"', page.decode()).group(1)
        _, page = reader.ask("GET", report)
        check("<script>alert" not in page.decode(), "a file's content stands in the page")
        links = re.findall(r'href="(/files/[^"]+)"', page.decode())
        check(len(links) >= len(files) - 1, f"{len(links)} of {len(files)} files are offered")
        for link in links:
            form = urllib.parse.urlencode({"csrf": reader.token(link), "reason": "Kiểm tra tệp lạ"})
            answer, _ = reader.ask("POST", f"{link}/download", form,
                                   {"Content-Type": "application/x-www-form-urlencoded"})
            disposition = answer.getheader("Content-Disposition") or ""
            check(answer.status == 200, f"{link}: {answer.status}")
            check(disposition.startswith("attachment"), f"{link}: {disposition}")
            check("/" not in disposition.split("filename=")[1].split(";")[0].strip('"'), disposition)
            check("\\" not in disposition.split("filename=")[1].split(";")[0].strip('"'), disposition)
            check(answer.getheader("X-Content-Type-Options") == "nosniff", f"{link}: no nosniff")
            check("default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")
                  or "sandbox" in (answer.getheader("Content-Security-Policy") or ""), f"{link}: no policy")
        secret, refusal = visitor.report("Sau các tệp lạ", token)
        check(secret, f"the site no longer takes reports: {refusal}")
        many = [(f"f{i}.txt", "text/plain", b"x") for i in range(3000)]
        body, kind = multipart({"csrf": token, "kind": "other", "body": "Ba nghìn tệp"}, many)
        answer, _ = visitor.ask("POST", "/report", body, {"Content-Type": kind})
        check(answer.status in (400, 413), f"3,000 files in a form: {answer.status}")
        visitor.close()
        site.stop()
        site.chain_is_whole()
    return f"{len(files)} disguised files kept, {len(links)} handed out as files"


def stops_cleanly():
    """SIGTERM in the middle of a load: every answer that was begun is whole, and what it promised is there."""
    from load import Writers, lost
    with Site() as site:
        site.start()
        writers = Writers(site)
        check(writers.first.wait(30), "no report was taken in")
        time.sleep(0.3)
        site.stop()
        writers.stop()
        strange = [r for r in writers.refused if r[0] != 503]
        check(not strange, f"refused otherwise than with 503: {strange[:1]}")
        site.start()
        check(not lost(site, writers.acked), "acknowledged reports are lost")
        site.stop()
        site.chain_is_whole()
        return f"{len(writers.acked)} acknowledged and there"


CASES = [slow_thousand, requests, uploads, stops_cleanly]
