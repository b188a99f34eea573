"""Fixtures for all tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data that is too large or not ours to keep in the repository."""
    folder = Path(os.environ.get("TONGZHOU_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the data folder {folder} is not here (TONGZHOU_SHARED_DATA names another)")
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each worker a database file of its own, so that tests meet the same locks and journal as the product."""
    from django.conf import settings

    if settings.DATABASES["default"]["ENGINE"] == "tongzhou.lib.sqlite":
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
