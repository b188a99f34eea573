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
