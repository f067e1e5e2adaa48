#!/usr/bin/env python3
"""Mail against real servers: run.py BUILD. A site with an administrator, a coordinator and an officer, on SQLite or (with
UNGCUU_TEST_DB) on PostgreSQL; Postfix takes its mails, Dovecot keeps its mailbox. Last line: N passed, N failed,
N skipped."""
import email
import email.policy
import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from servers import DOMAIN, PASSWORD, Missing, Servers, read  # noqa: E402

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build")
PROGRAM = os.path.join(BUILD, "ungcuu")
SITE_PASSWORD = "cau-thu-thu-dien-tu-71"


class Browser:
    def __init__(self, url):
        self.url = url
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.text = ""

    def get(self, path):
        with self.opener.open(self.url + path, timeout=30) as answer:
            self.text = answer.read().decode()
            self.where = answer.geturl()
        return self.text

    def post(self, path, **fields):
        token = re.search(r'name="csrf" value="([^"]*)"', self.text)
        pairs = [(k, v) for k, values in fields.items()
                 for v in (values if isinstance(values, list) else [values])]
        data = urllib.parse.urlencode([("csrf", token.group(1) if token else "")] + pairs).encode()
        try:
            with self.opener.open(self.url + path, data, timeout=60) as answer:
                self.text, self.status = answer.read().decode(), answer.status
        except urllib.error.HTTPError as e:
            self.text, self.status = e.read().decode(), e.code
        return self.text

    def sign_in(self, login, password=SITE_PASSWORD):
        self.get("/sign-in")
        self.post("/sign-in", login=login, password=password)
        assert "/sign-out" in self.text, f"{login} cannot sign in: {self.text[:2000]}"
        return self


class Site:
    """One database, any number of serving processes."""

    def __init__(self, folder):
        self.dir = os.path.join(folder, "site")
        self.nodes = []
        self.org = "DV-0001"  # init gives it to the top of the tree
        self.url = self.database()
        self.run("init", "--dir", self.dir, *self.db())
        for login, role in (("dieuphoi", "coordinator"), ("canbo", "officer"), ("quantri2", "admin")):
            self.run("user", "add", login, "--dir", self.dir, "--name", login, "--email", f"canbo@{DOMAIN}",
                     "--role", role, "--org", self.org, "--password-stdin", text=SITE_PASSWORD)

    def database(self):
        server = os.environ.get("UNGCUU_TEST_DB")
        if not server:
            return None
        name = f"ungcuu_mail_{os.getpid()}"
        subprocess.run(["psql", "-q", server, "-c", f"CREATE DATABASE {name}"], check=True)
        return server.replace("/postgres?", f"/{name}?")

    def db(self):
        return ["--db", self.url] if self.url else []

    def run(self, *argv, text=None):
        done = subprocess.run([PROGRAM, *argv], input=text, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120)
        assert done.returncode == 0, f"{argv}: {done.stdout}"
        return done.stdout

    def serve(self, *more):
        log = open(os.path.join(self.dir, f"serve-{len(self.nodes)}.log"), "w")
        node = subprocess.Popen([PROGRAM, "serve", "--dir", self.dir, "--any-port", "--json", "--quiet", *more],
                                stdout=subprocess.PIPE, stderr=log, text=True)
        self.nodes.append(node)
        line = node.stdout.readline()
        assert line, read(log.name)
        node.url = json.loads(line)["url"]
        return node

    def log(self):
        return "".join(read(os.path.join(self.dir, f"serve-{i}.log")) for i in range(len(self.nodes)))

    def stop(self):
        for node in self.nodes:
            if node.poll() is None:
                node.terminate()
        for node in self.nodes:
            try:
                node.wait(40)
            except subprocess.TimeoutExpired:
                node.kill()


def until(what, find, seconds=90):
    """The first true value that find() gives; what it waits for is said when it never comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError(f"{what}: did not happen within {seconds} s")


def parse(path):
    with open(path, "rb") as f:
        return email.message_from_binary_file(f, policy=email.policy.default)


def mails_to(servers, who, part):
    return [m for m in map(parse, servers.maildir(who)) if part in (m["Subject"] or "")]


class Story:
    def __init__(self, servers, site):
        self.servers, self.site = servers, site
        self.node = site.serve("--job-lease", "3")
        self.admin = Browser(self.node.url).sign_in("quantri2")
        self.coordinator = Browser(self.node.url).sign_in("dieuphoi")

    def settings(self, **more):
        base = dict(smtp_host="localhost", smtp_port=self.servers.submission, smtp_security="starttls",
                    smtp_user=f"ungcuu@{DOMAIN}", smtp_password=PASSWORD, imap_host="localhost",
                    imap_port=self.servers.imaps, imap_security="tls", imap_user=f"ungcuu@{DOMAIN}",
                    imap_password=PASSWORD, imap_done="Done", imap_minutes="1", ca_file=self.servers.ca,
                    signature="Đội ứng cứu sự cố", hook_inside="1")
        base["from"] = f"ungcuu@{DOMAIN}"
        base.update(more)
        self.admin.get("/settings/mail")
        base["version"] = re.search(r'name="version" value="([^"]*)"', self.admin.text).group(1)
        self.admin.post("/settings/mail", **base)
        assert self.admin.status == 200, re.findall('invalid-feedback.*', self.admin.text)

    def try_mail(self):
        self.admin.get("/settings/mail")
        page = self.admin.post("/settings/mail/test", to=f"canbo@{DOMAIN}")
        return page[page.index("<main"):page.index('<form class="form-page"')]

    # ---- the stories, in this order

    def a_wrong_password_is_told(self):
        self.settings(smtp_password="sai")
        page = self.try_mail()
        assert "Không gửi được thư thử" in page and "535" in page, page
        assert "AUTH ***" in page and "sai" not in re.findall(r"<pre.*?</pre>", page, re.S)[0]

    def an_unknown_authority_is_told(self):
        self.settings(ca_file="")
        page = self.try_mail()
        assert "Không gửi được thư thử" in page and "certificate" in page.lower(), page

    def a_refused_connection_is_told(self):
        self.settings(smtp_port="1")
        assert "nothing answers there" in self.try_mail()

    def a_test_mail_arrives(self):
        self.settings()
        assert "Máy chủ đã nhận thư thử" in self.try_mail()
        mail = until("the test mail", lambda: mails_to(self.servers, "canbo", "Thư thử"))[0]
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_body(("plain",)) and mail.get_body(("html",))

    def a_report_gets_a_receipt_and_the_desk_a_notice(self):
        page = Browser(self.node.url)
        page.get("/report")
        page.post("/report", kind="phishing", body="Có trang giả mạo cổng dịch vụ công",
                  name="Người dân", email=f"dan@{DOMAIN}")
        receipt = until("the receipt", lambda: mails_to(self.servers, "dan", "Đã nhận tin báo"))[0]
        self.report = re.search(r"TB-\d{4}-\d+", receipt["Subject"]).group()
        assert "/r/" not in receipt.get_body(("plain",)).get_content()
        page.get("/report")
        page.post("/report", kind="phishing", body="Lại một trang giả mạo khác", email=f"dan@{DOMAIN}", mail_link="1")
        link = until("the link, which was asked for", lambda: [
            found for m in mails_to(self.servers, "dan", "Đã nhận tin báo")
            for found in re.findall(r"https?://\S+(/r/[0-9a-z-]+)", m.get_body(("plain",)).get_content())])[0]
        assert "Lại một trang" in Browser(self.node.url).get(link)
        until("the notice", lambda: mails_to(self.servers, "canbo", self.report))
        self.coordinator.get("/notices")
        assert self.report in self.coordinator.text

    def a_question_is_answered_by_mail(self):
        self.coordinator.get(f"/reports/{self.report}")
        self.coordinator.post(f"/reports/{self.report}/ask", body="Trang đó có địa chỉ gì?")
        question = until("the question", lambda: mails_to(self.servers, "dan", "Câu hỏi"))[0]
        self.servers.deliver(
            (f"From: Nguoi dan <dan@{DOMAIN}>\r\nTo: ungcuu@{DOMAIN}\r\nSubject: Re: cau hoi\r\n"
             f"Message-ID: <tra-loi-1@{DOMAIN}>\r\nIn-Reply-To: {question['Message-ID']}\r\n"
             "Content-Type: text/plain; charset=utf-8\r\n\r\nLà dichvucong.example.com\r\n\r\n"
             "> Trang đó có địa chỉ gì?\r\n").encode(), f"dan@{DOMAIN}")

        def answered():
            text = self.coordinator.get(f"/reports/{self.report}")
            return "dichvucong.example.com" in text

        self.fetched("the answer in the report", answered)
        until("the answer in the folder for what was read", lambda: self.servers.maildir("ungcuu", "Done"))

    def a_mail_becomes_a_report_once(self):
        for _ in range(2):  # the same mail twice
            self.servers.deliver(
                (f"From: Don vi <donvi@example.com>\r\nTo: ungcuu@{DOMAIN}\r\nSubject: May chu bi khoa\r\n"
                 "Message-ID: <bao-1@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                 "Máy chủ 198.51.100.9 bị mã hóa\r\n").encode(), "donvi@example.com")

        def there():
            return len(re.findall("May chu bi khoa", self.coordinator.get("/reports?q=may+chu+bi+khoa")))

        self.fetched("the report", there)
        self.fetched("both taken out", lambda: not self.servers.maildir("ungcuu"))
        assert self.coordinator.get("/reports?q=may+chu+bi+khoa").count('class="title"') == 1

    def a_case_is_answered_by_mail_with_the_thread(self):
        page = self.coordinator.get(f"/reports/{self.report}")
        version = re.search(r'name="version" value="(\d+)"', page).group(1)
        org = re.search(r'<select[^>]*name="org".*?<option value="(\d+)"', page, re.S).group(1)
        self.coordinator.post(f"/reports/{self.report}/open", version=version, title="Trang giả mạo",
                              org=org, kind="phishing", severity="2", tlp="amber",
                              detected_at="22/11/2026 08:00")
        self.incident = re.search(r"SC-\d{4}-\d+", self.coordinator.text).group()
        self.coordinator.get(f"/incidents/{self.incident}/mail")
        assert f"dan@{DOMAIN}" in self.coordinator.text
        self.coordinator.post(f"/incidents/{self.incident}/mail", who=f"dan@{DOMAIN}", to="", cc="",
                              subject="Đề nghị gửi ảnh chụp", body="Chào anh, xin gửi ảnh chụp màn hình.")
        mail = until("the mail of the case", lambda: mails_to(self.servers, "dan", self.incident))[0]
        text = mail.get_body(("plain",)).get_content()
        assert text.startswith("TLP:AMBER") and "Đội ứng cứu sự cố" in text, text
        assert "Auto-Submitted" not in mail
        reply = email.message.EmailMessage()
        reply["From"], reply["To"] = f"dan@{DOMAIN}", f"ungcuu@{DOMAIN}"
        reply["Subject"], reply["Message-ID"] = "Ảnh đây", f"<anh-1@{DOMAIN}>"
        reply["References"] = mail["Message-ID"]
        reply.set_content("Gửi các anh.")
        reply.add_attachment(b"\x89PNG anh chup", maintype="image", subtype="png", filename="anh.png")
        self.servers.deliver(reply.as_bytes(), f"dan@{DOMAIN}")
        self.fetched("the reply in the thread",
              lambda: "Ảnh đây" in self.coordinator.get(f"/incidents/{self.incident}/mail"))
        assert "anh.png" in self.coordinator.text
        assert "anh.png" in self.coordinator.get(f"/incidents/{self.incident}/files")

    def an_automatic_answer_is_kept_and_never_answered(self):
        before = len(self.servers.maildir("dan"))
        sent = mails_to(self.servers, "dan", self.incident)[0]
        self.servers.deliver(
            (f"From: dan@{DOMAIN}\r\nTo: ungcuu@{DOMAIN}\r\nSubject: Vang mat\r\nAuto-Submitted: auto-replied\r\n"
             f"Message-ID: <vang-1@{DOMAIN}>\r\nIn-Reply-To: {sent['Message-ID']}\r\n\r\nDi vang\r\n").encode(),
            f"dan@{DOMAIN}")
        self.servers.deliver(
            (f"From: may@{DOMAIN}\r\nTo: ungcuu@{DOMAIN}\r\nSubject: Canh bao tu dong\r\n"
             f"Auto-Submitted: auto-generated\r\nMessage-ID: <may-1@{DOMAIN}>\r\n\r\nMay bao loi\r\n").encode(),
            f"dan@{DOMAIN}")
        self.fetched("the automatic answer",
              lambda: "thư trả lời tự động" in self.coordinator.get(f"/incidents/{self.incident}/mail"))
        self.fetched("the alert", lambda: "Canh bao tu dong" in self.coordinator.get("/reports?q=canh+bao+tu+dong"))
        until("an empty queue", self.queue_is_empty)
        assert len(self.servers.maildir("dan")) == before

    def look(self):
        """Has the mailbox looked into now, as the administrator's button does."""
        page = self.admin.get("/settings/jobs?state=waiting")
        job = re.search(r"Lấy thư từ hộp thư.*?name=\"id\" value=\"(\d+)\"", page, re.S)
        if job:
            self.admin.post("/settings/jobs/retry", id=job.group(1))

    def fetched(self, what, find):
        def found():
            value = find()
            if not value:
                self.look()
                time.sleep(1)
            return value

        return until(what, found, 120)

    def queue_is_empty(self):
        return "Gửi thư<" not in self.admin.get("/settings/jobs?state=waiting")

    def a_mail_that_comes_back_is_told(self):
        self.coordinator.get(f"/incidents/{self.incident}/mail")
        self.coordinator.post(f"/incidents/{self.incident}/mail", to=f"chuyen-tiep@{DOMAIN}", cc="",
                              subject="Thử", body="Thử gửi ra ngoài")
        self.fetched("the bounce in the thread",
              lambda: "Bị trả lại" in self.coordinator.get(f"/incidents/{self.incident}/mail"))

    def an_unknown_recipient_is_refused_for_good(self):
        self.coordinator.get(f"/incidents/{self.incident}/mail")
        self.coordinator.post(f"/incidents/{self.incident}/mail", to=f"khong-co-ai@{DOMAIN}", cc="",
                              subject="Không ai nhận", body="Thử")
        until("the refusal in the thread",
              lambda: "Không gửi được" in self.coordinator.get(f"/incidents/{self.incident}/mail"))
        assert "khong-co-ai" in self.admin.get("/settings/sent?state=failed")
        assert "khong-co-ai" in self.admin.get("/settings/jobs")

    def another_process_goes_on_when_one_is_killed(self):
        """Two nodes on one database, one of them killed in the middle of a stream of mails: each arrives once."""
        other = self.site.serve("--job-lease", "3")
        count = 12
        self.coordinator = Browser(other.url).sign_in("dieuphoi")
        for i in range(count):
            self.coordinator.get(f"/incidents/{self.incident}/mail")
            self.coordinator.post(f"/incidents/{self.incident}/mail", to=f"canbo@{DOMAIN}", cc="",
                                  subject=f"Loạt thư số {i:02d}", body="Thử hai tiến trình")
            if i == count // 2:
                self.node.kill()
        self.node = other
        self.admin = Browser(other.url).sign_in("quantri2")
        until("all mails of the series",
              lambda: len({m["Subject"] for m in mails_to(self.servers, "canbo", "Loạt thư số")}) == count, 150)
        ids = [m["Message-ID"] for m in mails_to(self.servers, "canbo", "Loạt thư số")]
        # A process that dies between the server's answer and its own note sends one mail again, under its old id.
        assert len(set(ids)) == count and len(ids) <= count + 2, ids
        until("an empty queue", self.queue_is_empty)


STORIES = [name for name in vars(Story) if name.startswith(("a_", "an_", "another_"))]


def main():
    folder = tempfile.mkdtemp(prefix="ungcuu-mail-")
    passed = failed = 0
    servers = site = None
    try:
        try:
            servers = Servers(folder)
        except Missing as reason:
            print(f"skipped: {reason}")
            print("0 passed, 0 failed, 1 skipped")
            return 77
        site = Site(folder)
        story = Story(servers, site)
        for name in STORIES:
            started = time.monotonic()
            try:
                getattr(story, name)()
                passed += 1
                print(f"passed  {name.replace('_', ' ')} ({time.monotonic() - started:.1f} s)", flush=True)
            except Exception:
                failed += 1
                print(f"FAILED  {name.replace('_', ' ')}\n{traceback.format_exc()}", flush=True)
                print(site.log()[-3000:], read(os.path.join(folder, "postfix.log"))[-3000:],
                      read(os.path.join(folder, "dovecot.log"))[-2000:], sep="\n----\n", flush=True)
                break  # the next ones stand on it
    finally:
        if site is not None:
            site.stop()
        if servers is not None:
            servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {len(STORIES) - passed - failed} skipped")
    return 1 if failed else 0


sys.exit(main())
