"""A project with its cast, and workbooks on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.cast import Cast, small_project
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from workbooks.sample_books import TableSpec, write


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Uploads of tests go to a folder of their own."""
    settings.DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast, "S-1")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which that person is signed in."""

    def open_as(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return open_as


@pytest.fixture
def as_file(tmp_path: Path) -> Callable[[list[TableSpec]], SimpleUploadedFile]:
    """The tables as an uploaded workbook."""

    def make(tables: list[TableSpec]) -> SimpleUploadedFile:
        return SimpleUploadedFile("表格.xlsx", write(tmp_path / "book.xlsx", tables).read_bytes())

    return make
