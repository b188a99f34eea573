"""A real server with the demo organisation, and a real browser that writes down what it should not see."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from support.laid import lay

COMMAND = (sys.executable, "-m", "tongzhou.config.cli")
WATCH = """document.addEventListener("securitypolicyviolation", (event) => {
  console.error("CSP " + event.violatedDirective + " " + event.blockedURI);
});"""
EXPECTED_ANSWERS = (403, 404, 409, 410, 412, 422)
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Server:
    """A running product: its address, and its command line on the same data."""

    address: str
    environment: dict[str, str]
    command: tuple[str, ...] = COMMAND

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def way_in(self, login: str) -> str:
        """Return a fresh one-time link for `login`."""
        return self.run("link", "--user", login).stdout.strip()


@dataclass
class Watched:
    """A page, with the violations and foreign requests that it caused."""

    page: Page
    server: Server
    violations: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def enter(self, login: str) -> None:
        self.page.goto(self.server.way_in(login))
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"{self.server.address}/")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.server.address}{path}")

    def assert_clean(self) -> None:
        """No policy violation, no request to another host, no script error."""
        assert self.violations == []
        assert self.foreign == []
        assert self.errors == []


def start_server(folder: Path, today: str, **settings: str) -> tuple[subprocess.Popen[bytes], Server]:
    """Lay the demo of a day in `folder` and serve it on a free port; return when it answers. `settings` are TONGZHOU_…."""
    server = server_in(folder, **settings)
    lay(folder, "--size", "S", "--today", today)
    return started(server, folder), server


def server_in(folder: Path, *, command: tuple[str, ...] = COMMAND, **settings: str) -> Server:
    """Describe a server with its data in `folder`, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TONGZHOU_", "DJANGO_"))}
    environment = kept | {"TONGZHOU_DATA": str(folder), "TONGZHOU_PORT": str(port), "PYTHONWARNINGS": "ignore"}
    environment |= settings
    return Server(f"http://127.0.0.1:{port}", environment, command)


def started(server: Server, folder: Path) -> subprocess.Popen[bytes]:
    """Serve what is in `folder`; return when it answers."""
    log = (folder / "server.log").open("wb")
    process = subprocess.Popen([*server.command, "serve"], env=server.environment, stdout=log, stderr=log)
    for _attempt in range(200):
        try:
            with urllib.request.urlopen(f"{server.address}/healthz", timeout=2):
                return process
        except OSError:
            assert process.poll() is None, (folder / "server.log").read_text()
            time.sleep(0.1)
    raise AssertionError("the server did not answer within 20 s")


def set_stage(server: Server) -> dict[str, Any]:
    """Lay what support/stage.py tells on the data of a running server; return its ids by name."""
    tests = Path(__file__).parents[1]
    environment = server.environment | {
        "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent / "src")]),
        "DJANGO_SETTINGS_MODULE": "tongzhou.config.settings",
    }
    program = "import django, json; django.setup(); from support.stage import lay; print(json.dumps(lay()))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stderr
    laid: dict[str, Any] = json.loads(done.stdout)
    return laid


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a server for the tests of one module: what another module's people did would change who sees what."""
    folder = tmp_path_factory.mktemp("journey")
    process, running = start_server(folder, "2026-11-18")
    yield running
    process.terminate()
    process.wait(timeout=12)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def browse(server: Server, chromium: Browser) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a watched page: browse(width="phone", scheme="dark")."""
    contexts: list[BrowserContext] = []

    def open_page(*, phone: bool = False, scheme: str = "light") -> Watched:
        context = chromium.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="zh-CN",
            has_touch=phone,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        watched = Watched(page, server)
        page.add_init_script(WATCH)
        page.on("console", lambda message: _note(watched, message.type, message.text))
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("request", lambda request: _host(watched, request.url))
        return watched

    yield open_page
    for context in contexts:
        context.close()


def settle(page: Page) -> None:
    """Wait until a page stands as it stays: what an island fetches comes after all else."""
    page.wait_for_load_state("load")
    if page.locator("[data-island]").count():
        page.wait_for_load_state("networkidle")


def _note(watched: Watched, kind: str, text: str) -> None:
    if "CSP " in text or "Content Security Policy" in text:
        watched.violations.append(text)
    elif kind == "error" and not any(f"status of {status}" in text for status in EXPECTED_ANSWERS):
        watched.errors.append(text)


def _host(watched: Watched, url: str) -> None:
    if not url.startswith((watched.server.address, "data:", "blob:", "about:")):
        watched.foreign.append(url)
