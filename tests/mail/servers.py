"""Postfix and Dovecot for one test: configuration, mail and sockets in a temporary directory, free ports on
127.0.0.1, certificates of an authority of their own. Nothing of the machine's own mail system is touched."""
import os
import pwd
import shutil
import smtplib
import socket
import ssl
import subprocess
import time

PEOPLE = ["ungcuu", "dan", "canbo"]
PASSWORD = "mat-khau-thu-2026"
DOMAIN = "thu.example.vn"


class Missing(Exception):
    """A server that this machine does not have: the reason to skip."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, log):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}:\n{read(log)}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port}:\n{read(log)}")


def read(path):
    try:
        with open(path, errors="replace") as f:
            return f.read()[-4000:]
    except OSError:
        return ""


def write(path, text, mode=0o644):
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


def certificates(folder):
    def run(*argv):
        subprocess.run(["openssl", *argv], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    at = lambda name: os.path.join(folder, name)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test authority",
        "-keyout", at("ca.key"), "-out", at("ca.pem"))
    run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", at("server.key"),
        "-out", at("server.csr"))
    write(at("server.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    run("x509", "-req", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial",
        "-days", "2", "-extfile", at("server.ext"), "-out", at("server.pem"))


class Servers:
    def __init__(self, folder):
        if os.geteuid() != 0:
            raise Missing("Postfix's master runs as root only")
        for program in ("/usr/sbin/postfix", "/usr/sbin/dovecot", "openssl"):
            if not shutil.which(program):
                raise Missing(f"{program} is not installed: apt-get install postfix dovecot-imapd")
        self.folder = folder
        os.chmod(folder, 0o755)
        self.smtp, self.submission, self.imap, self.imaps = (free_port() for _ in range(4))
        self.ca = os.path.join(folder, "ca.pem")
        self.processes = []
        certificates(folder)
        self.start_dovecot()
        self.start_postfix()

    def start_dovecot(self):
        owner = pwd.getpwnam("mail")
        at = lambda name: os.path.join(self.folder, name)
        os.makedirs(at("mail"), exist_ok=True)
        os.chown(at("mail"), owner.pw_uid, owner.pw_gid)
        write(at("people"), "".join(
            f"{who}@{DOMAIN}:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{at('mail')}/{who}::\n"
            for who in PEOPLE))
        write(at("dovecot.conf"), f"""
protocols = imap
base_dir = {at('run')}
state_dir = {at('run')}
log_path = {at('dovecot.log')}
listen = 127.0.0.1
default_internal_user = {'dovecot' if self.has_user('dovecot') else 'nobody'}
default_login_user = {'dovenull' if self.has_user('dovenull') else 'nobody'}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{at('server.pem')}
ssl_key = <{at('server.key')}
mail_location = maildir:~/Maildir
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_username_format = %Lu
passdb {{
  driver = passwd-file
  args = {at('people')}
}}
userdb {{
  driver = passwd-file
  args = {at('people')}
}}
namespace inbox {{
  inbox = yes
  mailbox Done {{
    auto = create
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
service auth {{
  unix_listener {at('auth')} {{
    mode = 0666
  }}
}}
""")
        process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", at("dovecot.conf")],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        wait_for_port(self.imaps, process, at("dovecot.log"))

    @staticmethod
    def has_user(name):
        try:
            pwd.getpwnam(name)
            return True
        except KeyError:
            return False

    def start_postfix(self):
        at = lambda name: os.path.join(self.folder, name)
        conf = at("postfix")
        for name in ("postfix", "queue", "data"):
            os.makedirs(at(name), exist_ok=True)
        shutil.chown(at("data"), "postfix")
        write(os.path.join(conf, "people"), "".join(f"{who}@{DOMAIN} {who}/Maildir/\n" for who in PEOPLE))
        # Taken at the door, then it can go nowhere: it comes back.
        write(os.path.join(conf, "aliases"), f"chuyen-tiep@{DOMAIN} ai-do@khong-co.example\n")
        write(os.path.join(conf, "main.cf"), f"""
compatibility_level = 3.6
queue_directory = {at('queue')}
data_directory = {at('data')}
myhostname = localhost
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_maps = texthash:{conf}/people
virtual_alias_maps = texthash:{conf}/aliases
virtual_mailbox_base = {at('mail')}
virtual_uid_maps = static:{pwd.getpwnam('mail').pw_uid}
virtual_gid_maps = static:{pwd.getpwnam('mail').pw_gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
default_transport = error:nothing leaves this machine
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {at('auth')}
smtpd_tls_cert_file = {at('server.pem')}
smtpd_tls_key_file = {at('server.key')}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
maillog_file = {at('postfix.log')}
maillog_file_prefixes = {self.folder}
message_size_limit = 20000000
notify_classes =
""")
        # No chroot, nothing of the machine's own queue.
        write(os.path.join(conf, "master.cf"), f"""
127.0.0.1:{self.smtp} inet n - n - - smtpd
127.0.0.1:{self.submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
""")
        done = subprocess.run(["/usr/sbin/postfix", "-c", conf, "start"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"postfix does not start:\n{done.stdout.decode()}\n{read(at('postfix.log'))}")
        wait_for_port(self.smtp, None, at("postfix.log"))
        wait_for_port(self.submission, None, at("postfix.log"))

    # A mail from outside, as another server hands it over.
    def deliver(self, message, sender, to="ungcuu"):
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=20) as s:
            s.starttls(context=ssl.create_default_context(cafile=self.ca))
            s.sendmail(sender, [f"{to}@{DOMAIN}"], message)

    def maildir(self, who, folder=""):
        base = os.path.join(self.folder, "mail", who, "Maildir", *([f".{folder}"] if folder else []))
        found = []
        for sub in ("new", "cur"):
            path = os.path.join(base, sub)
            if os.path.isdir(path):
                found += [os.path.join(path, name) for name in os.listdir(path)]
        return sorted(found)

    def stop(self):
        conf = os.path.join(self.folder, "postfix")
        if os.path.isdir(conf):
            subprocess.run(["/usr/sbin/postfix", "-c", conf, "stop"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        for process in self.processes:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
