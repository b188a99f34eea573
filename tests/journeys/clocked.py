"""A server whose clock a test sets, with a mail server, and what reached people since one looked last."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
from tests.journeys.conftest import Server, server_in, started

from support.at_a_clock import set_clock
from support.cluster import own_cluster
from support.mailserver import MailServer, mail_server

HERE = Path(__file__).parent
PATIENCE = 60
NOT_MAILED = ("report", "import")
"""Kinds that stay in the inbox unless somebody chooses otherwise."""


def local(text: str) -> datetime:
    """Return an instant of 2024 as people in Shanghai write it: 03-01 17:00."""
    return datetime.strptime(f"2024-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - timedelta(hours=8)


@dataclass
class World:
    """A running product at a simulated clock, with everybody's inbox and mails."""

    server: Server
    file: Path
    post: MailServer
    onlooker: subprocess.Popen[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)

    def ask(self, question: str) -> Any:
        assert self.onlooker.stdin is not None
        assert self.onlooker.stdout is not None
        self.onlooker.stdin.write(f"{question}\n")
        self.onlooker.stdin.flush()
        return json.loads(self.onlooker.stdout.readline())

    def settle(self, moment: str = "") -> None:
        """Be at `moment`, if one is named, and wait until the server has done all that is due, and posted it."""
        if moment:
            set_clock(self.file, local(moment))
        until = time.monotonic() + PATIENCE
        while waits := self.ask("due"):
            assert time.monotonic() < until, waits
            time.sleep(0.1)

    def told(self, moment: str = "") -> set[tuple[str, str, str]]:
        """Return who was told what since one looked last (name, title, link): each once in the inbox, and once by mail.

        :param moment: the clock moves there first.
        """
        self.settle(moment)
        rows, mails = self.ask("notices"), list(self.post.mails)
        new, posted = rows[len(self.rows) :], mails[len(self.mails) :]
        self.rows, self.mails = rows, mails
        once = Counter((row["person__email"], row["title"], row["link"]) for row in new)
        assert set(once.values()) <= {1}, once
        by_mail = Counter(
            (row["person__email"], f"[同舟] {row['title']}", row["link"]) for row in new if row["kind"] not in NOT_MAILED
        )
        # A long subject begins on the second line of its header, behind a space.
        came = Counter((mail["To"], mail["Subject"].strip(), self.link_in(mail)) for mail in posted)
        assert came == by_mail, (by_mail - came, came - by_mail)
        return {(row["person__name"], row["title"], row["link"]) for row in new}

    def link_in(self, mail: EmailMessage) -> str:
        """Return where the text of a mail leads, without the address of the server."""
        body = mail.get_body(("plain",))
        assert body is not None
        found = re.search(rf"{re.escape(self.server.address)}(/\S*)", body.get_content())
        assert found is not None
        return found[1]

    def mailed(self, email: str, words: str) -> str:
        """Return the link of the one mail to an address whose subject has these words."""
        [found] = [mail for mail in self.mails if mail["To"] == email and words in mail["Subject"]]
        return self.link_in(found)

    def unread(self, name: str) -> str:
        """Return how many unread notices somebody has, as a badge shows it."""
        return str(sum(row["person__name"] == name and row["unread"] for row in self.ask("notices")))


@contextmanager
def world_on(database: str, folder: Path, moment: str) -> Iterator[World]:
    """Run the product at `moment` on "sqlite", or on a "postgresql" of its own."""
    if database == "sqlite":
        with world(folder, moment) as found:
            yield found
        return
    with own_cluster() as cluster:
        with psycopg.connect(cluster.url, autocommit=True) as made:
            made.execute("CREATE DATABASE journey")
        with world(folder, moment, cluster.url.rpartition("/")[0] + "/journey") as found:
            yield found


@contextmanager
def world(folder: Path, moment: str, database: str = "") -> Iterator[World]:
    """Run the product at `moment` on an empty database with the fixed cast and the small project.

    :param database: address of an empty database; without one SQLite in `folder`.
    """
    file = folder / "clock"
    set_clock(file, local(moment))
    command = (sys.executable, str(HERE.parent / "support" / "at_a_clock.py"), str(file))
    with mail_server() as post:
        server = server_in(
            folder,
            command=command,
            TONGZHOU_MAIL_URL=f"smtp://127.0.0.1:{post.port}",
            TONGZHOU_DATABASE_URL=database,
        )
        done = server.run("migrate")
        assert done.returncode == 0, done.stderr
        process = started(server, folder)
        onlooker = subprocess.Popen(
            [sys.executable, str(HERE / "onlooker.py"), str(file)],
            env=server.environment | {"DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            made = World(server, file, post, onlooker)
            made.ask("begin")
            yield made
        finally:
            onlooker.kill()
            onlooker.communicate()
            process.terminate()
            process.wait(timeout=12)
