"""What the process is told from outside: TONGZHOU_* variables, and secrets kept in the data directory."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


class SettingInvalid(Exception):
    """A TONGZHOU_* variable cannot be used; the text says which and why, in words for an administrator."""


@dataclass(frozen=True)
class Environment:
    data: Path
    database_url: str
    host: str
    port: int
    base_url: str
    debug: bool


def read_environment(values: dict[str, str] | None = None) -> Environment:
    """Read the settings of this process.

    :param values: variables to read instead of the process environment.
    :raises SettingInvalid: if the port is not a port or the base URL is not an http(s) address.
    """
    given = dict(os.environ) if values is None else values
    host = given.get("TONGZHOU_HOST", "127.0.0.1")
    port = _port(given.get("TONGZHOU_PORT", "8000"))
    base_url = given.get("TONGZHOU_BASE_URL", f"http://{host}:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname:
        raise SettingInvalid(f"TONGZHOU_BASE_URL is not an http(s) address: {base_url}")
    data = Path(given.get("TONGZHOU_DATA", "var")).expanduser().absolute()
    return Environment(
        data=data,
        database_url=given.get("TONGZHOU_DATABASE_URL", ""),
        host=host,
        port=port,
        base_url=base_url,
        debug=given.get("TONGZHOU_DEBUG", "").lower() in ("1", "true", "yes", "on"),
    )


def kept_secret(data: Path, name: str) -> str:
    """Return the secret `name`, made once at first start and kept in the data directory with mode 0600."""
    path = data / "secrets" / name
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = secrets.token_urlsafe(48)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    return value


def database(environment: Environment) -> dict[str, object]:
    """Return Django's description of the database that the environment names (default: SQLite in the data directory).

    :raises SettingInvalid: if the address names a database that the product does not know.
    """
    address = urlsplit(environment.database_url or f"sqlite:///{environment.data / 'tongzhou.sqlite3'}")
    if address.scheme == "sqlite":
        return _sqlite(Path(unquote(address.path[1:])))
    if address.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.path.lstrip("/"),
            "USER": unquote(address.username or ""),
            "PASSWORD": unquote(address.password or ""),
            "HOST": address.hostname or "",
            "PORT": str(address.port or ""),
        }
    raise SettingInvalid(f"TONGZHOU_DATABASE_URL names an unknown kind of database: {address.scheme}")


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "tongzhou.lib.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # FULL: an acknowledged commit survives a power cut. No autocheckpoint: one thread of the server keeps the log
            # short, and the last connection to close empties it.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA mmap_size=0; "
            "PRAGMA wal_autocheckpoint=0;",
        },
    }


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingInvalid(f"TONGZHOU_PORT is not a port: {text}")
    return int(text)
