"""Fixtures for all tests."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.cast import Cast


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
    # A test that is rolled back leaves its keys to the next one: forget what was computed for them.
    import_module("tongzhou.plan.queries.outlook")._cache.clear()
    return import_module("support.cast").make_cast()
