"""An installation of its own: a data folder with its database, on SQLite or PostgreSQL, and its commands."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from support.laid import lay

COMMAND = [sys.executable, "-m", "tongzhou.config.cli"]
SOURCES = [str(path) for path in (Path(__file__).parents[2] / "src", Path(__file__).parents[1])]


@dataclass(frozen=True)
class Place:
    """A data folder with its database: `url` names one on PostgreSQL, without it there is a file of SQLite."""

    data: Path
    url: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further variables of its processes."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGZHOU_")}
        ours = {"TONGZHOU_DATA": str(self.data), "PYTHONWARNINGS": "ignore", **self.more}
        return kept | ours | ({"TONGZHOU_DATABASE_URL": self.url} if self.url else {})

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words], env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )

    def done(self, *words: str) -> str:
        """Run a command that has to succeed; return what it printed."""
        answer = self.run(*words)
        assert answer.returncode == 0, answer.stderr + answer.stdout
        return answer.stdout

    def lay(self, *seed: str) -> None:
        """Migrate, and with words `tongzhou seed WORDS`: in a file of SQLite as it was laid once in this run."""
        if not self.url:
            lay(self.data, *seed)
            return
        self.done("migrate")
        if seed:
            self.done("seed", *seed)

    def refused(self, *words: str) -> str:
        """Run a command that has to be refused, with one line; return it."""
        answer = self.run(*words)
        assert (answer.returncode, answer.stderr.count("\n")) == (1, 1), answer.stderr + answer.stdout
        return answer.stderr.strip()

    def script(self, file: Path, *words: str) -> Any:
        """Run a program of ours beside the product, on its data; return the JSON that it prints."""
        path = os.pathsep.join([*SOURCES, os.environ.get("PYTHONPATH", "")])
        environment = self.environment | {"DJANGO_SETTINGS_MODULE": "tongzhou.config.settings", "PYTHONPATH": path}
        words = (sys.executable, str(file), *words)
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def wrong(self) -> set[str]:
        """Return what doctor finds wrong, but for the work that waits because nobody serves."""
        found = json.loads(self.run("doctor", "--json").stdout)["checks"]
        return {one["name"] for one in found if one["level"] == "wrong"} - {"到期队列", "后台线程"}

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self.url:
            with psycopg.connect(self.url) as found:
                return found.execute(statement).fetchall()
        with closing(self._file()) as kept:
            return kept.execute(statement).fetchall()

    def write(self, *statements: str | tuple[str, Sequence[Any]]) -> None:
        """Execute statements past the product, all in one transaction; `?` stands for a value."""
        pairs = [(one, ()) if isinstance(one, str) else one for one in statements]
        if self.url:
            with psycopg.connect(self.url) as found:
                for text, values in pairs:
                    found.execute(text.replace("?", "%s") if values else text, values)
            return
        with closing(self._file()) as kept, kept:
            for text, values in pairs:
                kept.execute(text, values)

    def _file(self) -> sqlite3.Connection:
        return sqlite3.connect(self.data / "tongzhou.sqlite3", timeout=30)

    def logins(self) -> set[str]:
        return {row[0] for row in self.ask("SELECT login FROM people_user")}

    def content(self) -> dict[str, str]:
        """Return every table of the database as a hash, and the files and secrets."""
        tables = self.ask(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            if self.url
            else "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
        )
        rows = {name: sorted(map(repr, self.ask(f'SELECT * FROM "{name}"'))) for (name,) in tables}
        found = {name: hashlib.sha256(repr(one).encode()) for name, one in rows.items()}
        files = [path for folder in ("imports", "secrets") for path in (self.data / folder).glob("*")]
        return {name: one.hexdigest() for name, one in found.items()} | {str(path): path.read_text() for path in files}


def on_cluster(url: str, data: Path) -> Place:
    """Return a place with an empty database of its own in a cluster."""
    base = f"b{abs(hash(str(data))) % 10**9}"
    with psycopg.connect(url, autocommit=True) as found:
        found.execute(f"CREATE DATABASE {base}")
    return Place(data, url.rpartition("/")[0] + f"/{base}")


def wait_ready(port: int, patience: float = 60) -> None:
    """Wait until the server on a port says that it is ready."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
                assert answer.status == 200
                return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
