"""What the process is told from outside, and what it keeps."""

from __future__ import annotations

from pathlib import Path

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
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tongzhou",
        "USER": "ship",
        "PASSWORD": "s@lt",
        "HOST": "db.local",
        "PORT": "5433",
    }


@pytest.mark.parametrize(
    "values",
    [
        {"TONGZHOU_PORT": "many"},
        {"TONGZHOU_PORT": "70000"},
        {"TONGZHOU_BASE_URL": "tongzhou.example"},
        {"TONGZHOU_DATABASE_URL": "mysql://x/y"},
    ],
)
def test_what_cannot_be_used_is_refused_by_name(values: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid, match=next(iter(values))):
        database(read_environment(values))


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path, "django")
    assert len(secret) >= 50
    assert kept_secret(tmp_path, "django") == secret
    assert kept_secret(tmp_path / "other", "django") != secret
    file = tmp_path / "secrets" / "django"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.django_db(transaction=True)
def test_sqlite_keeps_what_it_acknowledged_and_lets_writers_wait() -> None:
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        asked = {}
        for name in ("journal_mode", "synchronous", "busy_timeout", "mmap_size", "foreign_keys"):
            asked[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    assert asked == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 20000, "mmap_size": 0, "foreign_keys": 1}
