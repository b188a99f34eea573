"""A real mail server on loopback that can be told to misbehave: it hangs, refuses, or dies in the middle of a mail."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO


@dataclass
class MailServer:
    """What came in, and how to behave: `answers` by command ("RCPT": "451 later"), `hangs_at`, `dies_at` ("DATA")."""

    answers: dict[str, str] = field(default_factory=dict)
    hangs_at: str = ""
    dies_at: str = ""
    tls: ssl.SSLContext | None = None
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    tried: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        while not self.stopped.is_set():
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        self.tried += 1
        try:
            if self.hangs_at == "CONNECT":
                self.stopped.wait(30)
                return
            _Talk(self, connection).go()
        except (OSError, ValueError):
            return
        finally:
            connection.close()


class _Talk:
    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self.server, self.connection = server, connection
        self.file: BinaryIO = connection.makefile("rwb")
        self.secure = False

    def go(self) -> None:
        self.say("220 loopback")
        while line := self.file.readline():
            command = line.decode("ascii", "replace").strip().upper()
            word = command.partition(" ")[0]
            if self.server.hangs_at == word:
                self.server.stopped.wait(30)
                return
            if word == "QUIT":
                self.say("221 bye")
                return
            if word in self.server.answers:
                self.say(self.server.answers[word])
            elif not self.answer(word, command):
                return

    def answer(self, word: str, command: str) -> bool:
        if word in ("EHLO", "HELO"):
            offers = "250-STARTTLS\r\n" if self.server.tls and not self.secure else ""
            self.say(f"250-loopback\r\n{offers}250 SIZE 1000000")
        elif word == "STARTTLS" and self.server.tls:
            self.say("220 go ahead")
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
            self.file, self.secure = self.connection.makefile("rwb"), True
        elif word == "DATA":
            return self.take()
        else:
            if word == "RCPT":
                self.server.recipients.append(command)
            self.say("250 ok")
        return True

    def take(self) -> bool:
        self.say("354 go on")
        lines: list[bytes] = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line)
            if self.server.dies_at == "DATA" and len(lines) > 3:
                self.connection.shutdown(socket.SHUT_RDWR)
                return False
        if self.server.hangs_at == "END":
            self.server.stopped.wait(30)
            return False
        told = self.server.answers.get("END", "250 taken")
        if told.startswith("2"):
            mail = message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.server.mails.append(mail)
            self.server.encrypted.append(self.secure)
        if self.server.dies_at == "END":
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.say(told)
        return True

    def say(self, text: str) -> None:
        self.file.write(f"{text}\r\n".encode())
        self.file.flush()


@contextmanager
def mail_server(**behaviour: object) -> Iterator[MailServer]:
    """Run a mail server on a free port of loopback."""
    server = MailServer(**behaviour)  # type: ignore[arg-type]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(20)
        server.port = listener.getsockname()[1]
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server
        server.stopped.set()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for localhost; return the server's context and the file that trusts it."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context, made
