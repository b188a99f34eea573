"""The island as a bundle of its own, its server, and a page whose errors fail the test."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .plan_server import ROOT, PlanServer


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("node") or not (ROOT / "node_modules/vite").exists():
        pytest.skip("the island is bundled with node and the packages of package.json")
    output = tmp_path_factory.mktemp("island")
    script = ROOT / "tests/islands/bundle.mjs"
    subprocess.run(["node", script, ROOT / "frontend/islands/plan/index.ts", output], check=True, cwd=ROOT)
    return output


@pytest.fixture
def server(bundle: Path) -> Iterator[PlanServer]:
    running = PlanServer(bundle)
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
    yield opened
    context.close()
    assert problems == []
