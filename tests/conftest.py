"""Fixtures for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from support import laid

if TYPE_CHECKING:
    from support.cast import Cast

# How long an example takes tells of the machine, not of the product.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# As root Chromium runs without its sandbox; the other flags keep it from asking other hosts.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data that is too large or not ours to keep in the repository."""
    folder = Path(os.environ.get("TONGZHOU_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the data folder {folder} is not here (TONGZHOU_SHARED_DATA names another)")
    return folder


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast in an empty organisation (see support/cast.py)."""
    return import_module("support.cast").make_cast()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each worker a database file of its own, so that tests meet the same locks and journal as the product.

    Without it, workers of pytest-xdist fail: a name of their own is made up for Django's own SQLite backend only.
    """
    from django.conf import settings as product
    from django.core.cache import caches

    product.CACHES["default"]["LOCATION"] = tmp_path_factory.mktemp("cache")
    # What was collected may have opened the cache already, where all workers would share it.
    caches["default"] = caches.create_connection("default")
    # What is committed in a test is anchored there, not beside the data of whoever runs the tests.
    product.DATA_DIR = tmp_path_factory.mktemp("data")
    test = product.DATABASES["default"].setdefault("TEST", {})
    if product.DATABASES["default"]["ENGINE"] == "tongzhou.lib.sqlite":
        test["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    else:
        test["NAME"] = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Between transactional tests the tables are emptied. The guards of the record refuse that, so they stand aside for it."""
    from django.db import connection

    from tongzhou.timeline.actions import lifted

    flush = connection.ops.execute_sql_flush

    def emptied(sql_list: list[str]) -> None:
        with lifted(connection):
            flush(sql_list)

    connection.ops.execute_sql_flush = emptied


@pytest.fixture(autouse=True)
def _nobody_guessed_before(request: pytest.FixtureRequest) -> None:
    """Forget what earlier tests guessed wrongly: the counts live in the cache, which no transaction takes back.

    Whichever tests share a worker within ten minutes would otherwise decide who of them is told to wait.
    """
    if not touches_the_database(request.node):
        return
    request.getfixturevalue("django_db_modify_db_settings")
    from django.core.cache import cache

    cache.clear()


def touches_the_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or item.get_closest_marker("django_db"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-tests", action="store_true", help="run only the tests that touch the database")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        laid.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        laid.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print which pages were examined in the browser, what real projects and long runs gave: workers print nothing."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "examined":
                terminalreporter.write_line(f"examined with axe, {value}")
            if name == "counted":
                terminalreporter.write_line(f"real projects, {value}")
            if name == "soaked":
                terminalreporter.write_line(f"soaked, {value}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --database-tests keep what asks for a database: these tests run on both."""
    if not config.getoption("--database-tests"):
        return
    kept = [item for item in items if touches_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one module. It is closed with the module: while it runs, its event loop holds the thread."""
    path = shutil.which("chromium")
    assert path, "Debian's chromium is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
