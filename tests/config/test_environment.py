"""What the process is told from outside, and what it keeps."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tongzhou.config.environment import SettingInvalid, database, kept_secret, read_environment


def test_without_variables_it_serves_this_machine_only() -> None:
    found = read_environment({})
    assert (found.data, found.host, found.port, found.debug) == (Path.cwd() / "var", "127.0.0.1", 8000, False)
    assert found.base_url == "http://127.0.0.1:8000"
    assert database(found)["NAME"] == str(Path.cwd() / "var" / "tongzhou.sqlite3")


def test_every_setting_comes_from_its_variable() -> None:
    found = read_environment(
        {
            "TONGZHOU_DATA": "/srv/tongzhou",
            "TONGZHOU_DATABASE_URL": "postgres://ship:s%40lt@db.local:5433/tongzhou",
            "TONGZHOU_HOST": "0.0.0.0",
            "TONGZHOU_PORT": "9000",
            "TONGZHOU_BASE_URL": "https://tongzhou.example/",
            "TONGZHOU_DEBUG": "1",
        }
    )
    assert (found.data, found.host, found.port, found.debug) == (Path("/srv/tongzhou"), "0.0.0.0", 9000, True)
    assert found.base_url == "https://tongzhou.example"
    assert database(found) == {
        "ENGINE": "tongzhou.lib.postgresql",
        "NAME": "tongzhou",
        "USER": "ship",
        "PASSWORD": "s@lt",
        "HOST": "db.local",
        "PORT": "5433",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 20, "timeout": 5, "reconnect_timeout": 5},
            "connect_timeout": 4,
            "prepare_threshold": 5,
        },
    }


@pytest.mark.parametrize(
    "values",
    [
        {"TONGZHOU_PORT": "many"},
        {"TONGZHOU_PORT": "70000"},
        {"TONGZHOU_BASE_URL": "tongzhou.example"},
        {"TONGZHOU_PORT": "0"},
        {"TONGZHOU_PORT": "²"},
        {"TONGZHOU_PORT": "9" * 5000},
        {"TONGZHOU_HOST": "not a host"},
        {"TONGZHOU_HOST": "127.0.0.1/x"},
        {"TONGZHOU_BASE_URL": "http://[::1"},
        {"TONGZHOU_BASE_URL": "http://tongzhou.example:port"},
        {"TONGZHOU_BASE_URL": "ftp://tongzhou.example"},
        {"TONGZHOU_DEBUG": "maybe"},
        {"TONGZHOU_DATABASE_URL": "mysql://x/y"},
        {"TONGZHOU_WORKER": "elsewhere"},
        {"TONGZHOU_WORKER": "external"},
        {"TONGZHOU_REDIS_URL": "redis://[::1", "TONGZHOU_WORKER": "celery", "TONGZHOU_DATABASE_URL": "postgres://db/t"},
        {"TONGZHOU_REDIS_URL": "http://db", "TONGZHOU_WORKER": "celery", "TONGZHOU_DATABASE_URL": "postgres://db/t"},
        {"TONGZHOU_DATABASE_URL": "postgres://db:port/tongzhou"},
        {"TONGZHOU_DATABASE_URL": "sqlite:////no/such/folder/t.sqlite3"},
        {"TONGZHOU_DATABASE_URL": "sqlite://host/t.sqlite3"},
    ],
)
def test_what_cannot_be_used_is_refused_by_name(values: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid, match=next(iter(values))):
        database(read_environment(values))


def test_empty_variables_count_as_absent() -> None:
    names = ("HOST", "PORT", "BASE_URL", "DEBUG", "DATABASE_URL", "DATA")
    assert read_environment({f"TONGZHOU_{name}": "" for name in names}) == read_environment({})


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("https://tongzhou.example", "tongzhou.example"),
        ("http://tongzhou.example:8080/", "tongzhou.example"),
        ("http://[::1]", "[::1]"),
        ("http://[::1]:8000", "[::1]"),
    ],
)
def test_the_host_of_the_base_url_may_be_asked_for(base: str, host: str) -> None:
    assert read_environment({"TONGZHOU_BASE_URL": base}).host_of_base_url == host


def test_an_address_of_six_groups_is_written_in_brackets() -> None:
    assert read_environment({"TONGZHOU_HOST": "::1"}).base_url == "http://[::1]:8000"


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "a#b?c%20d 同舟"
    found = read_environment({"TONGZHOU_DATA": str(folder)})
    assert database(found)["NAME"] == str(folder / "tongzhou.sqlite3")
    quoted = read_environment({"TONGZHOU_DATABASE_URL": f"sqlite:///{quote(str(tmp_path))}/t%23.sqlite3"})
    assert database(quoted)["NAME"] == str(tmp_path / "t#.sqlite3")


def test_a_file_is_no_folder_to_keep_secrets_in(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingInvalid, match="TONGZHOU_DATA"):
        kept_secret(tmp_path / "file", "django")


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path, "django")
    assert len(secret) >= 50
    assert kept_secret(tmp_path, "django") == secret
    assert kept_secret(tmp_path / "other", "django") != secret
    file = tmp_path / "secrets" / "django"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="these are settings of SQLite; the tests run on PostgreSQL here")
@pytest.mark.django_db(transaction=True)
def test_sqlite_keeps_what_it_acknowledged_and_lets_writers_wait() -> None:
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        asked = {}
        for name in ("journal_mode", "synchronous", "busy_timeout", "mmap_size", "foreign_keys"):
            asked[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    assert asked == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 20000, "mmap_size": 0, "foreign_keys": 1}
