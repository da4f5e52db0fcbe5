"""Dovecot and Postfix on loopback, as a test's own processes: their folder, their ports, nothing of the machine's."""

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import jwt
import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from embedded.ports import free_port
from platforms.email.account import EmailAccount
from tests.platforms.email.configuration import (
    CUSTOMERS,
    DOMAIN,
    TOKEN_KEY,
    dovecot_files,
    postfix_files,
)
from tests.platforms.email.harness import ACCOUNT

HOST, PASSWORD = "127.0.0.1", 'a secret of "quotes" and \\s'
DOVECOT, POSTFIX = "/usr/sbin/dovecot", "/usr/sbin/postfix"
USERS = 500
_PATIENCE = 20.0

HAS_DOVECOT = Path(DOVECOT).exists() and Path("/usr/lib/dovecot/lmtp").exists()
HAS_POSTFIX = Path(POSTFIX).exists() and os.geteuid() == 0


def certificate(folder: Path) -> str:
    """A certificate for this host, signed by itself; its key beside it. Returns it as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pytake tests")])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.IPAddress(ip_address(HOST)), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem.decode()


class MailServers:
    """A mailbox server, and a mail server in front of it where there may be one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {
            name: free_port() for name in ("imap", "imaps", "lmtp", "mx", "submit", "smtps")
        }
        self._numbers = count()
        self._postfix = HAS_POSTFIX

    def start(self) -> None:
        self.folder.chmod(0o755)
        self.ca = certificate(self.folder)
        (self.folder / "mail").mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder / "mail", "nobody", "nogroup")
        self._write(dovecot_files(self.folder, self.ports, self._owners()))
        addresses = [address_of(n, at) for n in range(USERS) for at in (DOMAIN, CUSTOMERS)]
        users = [f"{address}:{{PLAIN}}{PASSWORD}" for address in addresses]
        (self.folder / "dovecot/users").write_text("\n".join(users) + "\n")
        self._run(DOVECOT, "-c", str(self._dovecot_conf))
        _until(lambda: self._dovecot_pid is not None, "Dovecot")
        if self._postfix:
            (self.folder / "postfix/data").mkdir(parents=True)
            (self.folder / "postfix/spool").mkdir()
            shutil.chown(self.folder / "postfix/data", "postfix")
            self._write(postfix_files(self.folder, self.ports))
            self._run(POSTFIX, "-c", str(self.folder / "postfix/conf"), "start")

    def stop(self) -> None:
        if self._postfix and (self.folder / "postfix/conf/main.cf").exists():
            self._run(POSTFIX, "-c", str(self.folder / "postfix/conf"), "stop")
        pid = self._dovecot_pid
        if pid is not None and psutil.pid_exists(pid):
            master = psutil.Process(pid)
            mine = [master, *master.children(recursive=True)]
            master.terminate()
            _, left = psutil.wait_procs(mine, timeout=_PATIENCE)
            for process in left:
                process.kill()

    @staticmethod
    def _owners() -> dict[str, Any]:
        """Who the servers run as: as root the users of the packages, else whoever we are."""
        if os.geteuid() == 0:
            mail, group = pwd.getpwnam("nobody"), "dovecot"
            return {
                "uid": mail.pw_uid,
                "gid": mail.pw_gid,
                "user": "dovecot",
                "login": "dovenull",
                "group": group,
            }
        me = getpass.getuser()
        group = grp.getgrgid(os.getgid()).gr_name
        return {"uid": os.getuid(), "gid": os.getgid(), "user": me, "login": me, "group": group}

    def _write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def _run(self, *command: str) -> None:
        """Output goes to a file: a daemon keeps what it was started with, and a pipe would never end."""
        with (self.folder / "commands.log").open("ab") as log:
            ran = subprocess.run(command, stdout=log, stderr=log, check=False, timeout=60)  # noqa: S603  our own words
        if ran.returncode:
            said = (self.folder / "commands.log").read_text(errors="replace")
            raise RuntimeError(f"{command[0]}: {said[-1000:]}")

    @property
    def _dovecot_conf(self) -> Path:
        return self.folder / "dovecot/dovecot.conf"

    @property
    def _dovecot_pid(self) -> int | None:
        path = self.folder / "dovecot/run/master.pid"
        text = path.read_text().strip() if path.exists() else ""
        return int(text) if text else None

    # --- what tests do with them

    def user(self) -> str:
        """An address whose mailbox is still empty."""
        return address_of(next(self._numbers))

    def customer(self) -> str:
        """An address of somebody else's, with an empty mailbox too."""
        return address_of(next(self._numbers), CUSTOMERS)

    def account(self, address: str, **settings: Any) -> EmailAccount:
        """That mailbox as a channel: read over TLS, sent through the submission port."""
        fields = {
            "address": address,
            "secret": ACCOUNT.secret,
            "password": PASSWORD,
            "imap_host": HOST,
            "imap_port": self.ports["imaps"],
            "smtp_host": HOST,
            "smtp_port": self.ports["submit"],
            "ca": self.ca,
        }
        return EmailAccount.model_validate({**fields, **settings})

    def deliver(self, address: str, raw: bytes) -> None:
        """Into the mailbox, as the last server on a message's way does; when this returns, it is there."""
        with smtplib.LMTP(HOST, self.ports["lmtp"]) as lmtp:
            lmtp.sendmail("ana@cliente.example", [address], raw)

    def mailbox(self, address: str) -> imaplib.IMAP4:
        """Another program that has the same mailbox open."""
        client = imaplib.IMAP4(HOST, self.ports["imap"])
        client.login(f'"{address}"', PASSWORD)
        return client

    def append(self, address: str, raw: bytes, *, at: datetime, folder: str = "INBOX") -> None:
        """Into a folder with a date of its own, as programs do that move messages."""
        client = self.mailbox(address)
        answer, _ = client.append(folder, "", at, raw)
        assert answer == "OK"
        client.logout()

    def flags(self, address: str) -> list[bytes]:
        """The flags of every message, in order."""
        client = self.mailbox(address)
        client.select("INBOX", readonly=True)
        _, found = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [bytes(one) for one in found if isinstance(one, bytes)]

    def spoil(self, address: str, number: int) -> None:
        """Take from the server the right to read one of the messages: it then fails at it, again and again."""
        files = sorted((self.folder / "mail" / address / "Maildir").glob("[cn]*/*"))
        files[number].chmod(0)

    def count_anew(self, address: str, uidvalidity: int) -> None:
        """As after a restored backup: another UIDVALIDITY."""
        self._run(
            "/usr/bin/doveadm",
            "-c",
            str(self._dovecot_conf),
            "mailbox",
            "update",
            "--uid-validity",
            str(uidvalidity),
            "-u",
            address,
            "INBOX",
        )

    def sessions(self) -> list[psutil.Process]:
        """The processes that serve a logged in mailbox."""
        pid = self._dovecot_pid
        assert pid is not None
        return [one for one in psutil.Process(pid).children() if one.name() == "imap"]

    def token(self, address: str, *, key: str = TOKEN_KEY) -> str:
        """An access token that Dovecot takes for an hour."""
        now = int(time.time())
        claims = {"email": address, "sub": address, "scope": "mail", "iat": now, "exp": now + 3600}
        return jwt.encode(claims, key, algorithm="HS256", headers={"kid": "default"})

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.ca)


def address_of(number: int, domain: str = DOMAIN) -> str:
    return f"u{number}@{domain}"


def _until(true: Any, what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not start")
        time.sleep(0.05)


@contextmanager
def running(folder: Path) -> Iterator[MailServers]:
    servers = MailServers(folder)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
