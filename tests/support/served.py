"""The server as it is run: a process of its own, asked over the wire."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode


@dataclass
class Server:
    data: Path
    port: int
    process: subprocess.Popen[str]

    def ask(self, method: str, path: str, cookies: dict[str, str], fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request on a connection of its own; cookies that it sets are kept in `cookies`."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields | {"csrfmiddlewaretoken": cookies["csrftoken"]})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        connection.close()
        return answer.status, text


def environment(data: Path, port: int) -> dict[str, str]:
    return os.environ | {"TONGZHOU_DATA": str(data), "TONGZHOU_PORT": str(port)}


def command(data: Path, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tongzhou.config.cli", *words],
        env=environment(data, port),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(data: Path, port: int) -> Iterator[Server]:
    """Run the server on a data folder that was migrated, until the context ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tongzhou.config.cli", "serve"],
        env=environment(data, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert f"127.0.0.1:{port}" in process.stdout.readline()
    yield Server(data, port, process)
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=10)
