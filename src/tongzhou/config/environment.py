"""What the process is told from outside: TONGZHOU_* variables, and secrets kept in the data directory."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

WORKERS = ("embedded", "external", "celery")
HOST = re.compile(r"[0-9A-Za-z.:_%-]+")


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
    worker: str = "embedded"
    redis_url: str = ""
    mail_url: str = ""
    mail_from: str = ""

    @property
    def host_of_base_url(self) -> str:
        """The host of the base URL as requests name it: an IPv6 address in brackets."""
        host = urlsplit(self.base_url).hostname or ""
        return f"[{host}]" if ":" in host else host


def read_environment(values: dict[str, str] | None = None) -> Environment:
    """Read the settings of this process.

    :param values: variables to read instead of the process environment.
    :raises SettingInvalid: if one of them cannot be what it should be.
    """
    given = dict(os.environ) if values is None else values
    host = given.get("TONGZHOU_HOST") or "127.0.0.1"
    if not HOST.fullmatch(host):
        raise SettingInvalid(f"TONGZHOU_HOST is not an address to listen on: {host}")
    port = _port(given.get("TONGZHOU_PORT") or "8000")
    written = f"[{host}]" if ":" in host else host
    base_url = (given.get("TONGZHOU_BASE_URL") or f"http://{written}:{port}").rstrip("/")
    address = split_address("TONGZHOU_BASE_URL", base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise SettingInvalid(f"TONGZHOU_BASE_URL is not an http(s) address: {base_url}")
    data = Path(given.get("TONGZHOU_DATA") or "var").expanduser().absolute()
    return Environment(
        data=data,
        database_url=given.get("TONGZHOU_DATABASE_URL", ""),
        host=host,
        port=port,
        base_url=base_url,
        debug=_switch(given.get("TONGZHOU_DEBUG", "")),
        mail_url=given.get("TONGZHOU_MAIL_URL", ""),
        mail_from=given.get("TONGZHOU_MAIL_FROM", ""),
        worker=_worker(given),
        redis_url=given.get("TONGZHOU_REDIS_URL", ""),
    )


def split_address(name: str, text: str) -> SplitResult:
    """Split the address in the variable `name`.

    :raises SettingInvalid: if its brackets or its port are wrong.
    """
    try:
        found = urlsplit(text)
        _port_too = found.port
    except ValueError as error:
        raise SettingInvalid(f"{name} is not an address ({error}): {text}") from error
    return found


def kept_secret(data: Path, name: str) -> str:
    """Return the secret `name`, made once at first start and kept in the data directory with mode 0600.

    :raises SettingInvalid: if nothing can be kept there.
    """
    path = data / "secrets" / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _secret_at(path)
    except OSError as error:
        raise SettingInvalid(f"TONGZHOU_DATA is not a folder to keep data in ({error.strerror}): {data}") from error


def _secret_at(path: Path) -> str:
    if path.exists():
        return path.read_text(encoding="ascii").strip()
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
    if not environment.database_url:
        return _sqlite(environment.data / "tongzhou.sqlite3")
    address = split_address("TONGZHOU_DATABASE_URL", environment.database_url)
    if address.scheme == "sqlite":
        path = Path(unquote(address.path[1:])).absolute()
        if address.netloc or not path.parent.is_dir() or path.is_dir():
            raise SettingInvalid(f"TONGZHOU_DATABASE_URL names no file in a folder that is there: {path}")
        return _sqlite(path)
    if address.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "tongzhou.lib.postgresql",
            "NAME": address.path.lstrip("/"),
            "USER": unquote(address.username or ""),
            "PASSWORD": unquote(address.password or ""),
            "HOST": address.hostname or "",
            "PORT": str(address.port or ""),
            # A connection that the server closed meanwhile is found out before it is lent.
            "CONN_HEALTH_CHECKS": True,
            # The pool lends a connection for a request; the threads of the server never wait for more than there are.
            # A server that is away is told within seconds, and asked anew by the next request.
            # The threshold lets statements be prepared that ask for it; those of Django's own cursors never are.
            "OPTIONS": {
                "pool": {"min_size": 1, "max_size": 20, "timeout": 5, "reconnect_timeout": 5},
                "connect_timeout": 4,
                "prepare_threshold": 5,
            },
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


@dataclass(frozen=True)
class MailServer:
    """How mail goes out; without a host it does not."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    sender: str = ""


MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def read_mail(url: str, sender: str, host: str) -> MailServer:
    """Read the mail server from its address: smtp://, smtp+starttls:// or smtps://, with user:password@ where needed.

    :param host: of the product, whose name the sender takes where none is given.
    :raises SettingInvalid: if one of them cannot be what it should be.
    """
    sender = sender or f"同舟 <tongzhou@{host}>"
    if "\n" in sender or "\r" in sender or "@" not in parseaddr(sender)[1]:
        raise SettingInvalid(f"TONGZHOU_MAIL_FROM is not a mail address: {sender!r}")
    if not url:
        return MailServer(sender=sender)
    address = split_address("TONGZHOU_MAIL_URL", url)
    if address.scheme not in MAIL_PORTS or not address.hostname or address.path.strip("/"):
        raise SettingInvalid("TONGZHOU_MAIL_URL is none of smtp://HOST, smtp+starttls://HOST, smtps://HOST")
    return MailServer(
        host=address.hostname,
        port=address.port or MAIL_PORTS[address.scheme],
        user=unquote(address.username or ""),
        password=unquote(address.password or ""),
        starttls=address.scheme == "smtp+starttls",
        tls=address.scheme == "smtps",
        sender=sender,
    )


def _switch(text: str) -> bool:
    if text.lower() not in ("", "0", "1", "false", "true", "no", "yes", "off", "on"):
        raise SettingInvalid(f"TONGZHOU_DEBUG is neither 1 nor 0: {text}")
    return text.lower() in ("1", "true", "yes", "on")


def _worker(given: dict[str, str]) -> str:
    """Who does what is due: the server itself, processes beside it, or Celery's."""
    found = (given.get("TONGZHOU_WORKER") or "embedded").lower()
    if found not in WORKERS:
        raise SettingInvalid(f"TONGZHOU_WORKER is none of {', '.join(WORKERS)}: {found}")
    if found != "embedded" and not given.get("TONGZHOU_DATABASE_URL", "").startswith("postgres"):
        raise SettingInvalid(f"TONGZHOU_WORKER={found} needs PostgreSQL: SQLite is written by one process")
    redis = split_address("TONGZHOU_REDIS_URL", given.get("TONGZHOU_REDIS_URL", ""))
    if found == "celery" and (redis.scheme not in ("redis", "rediss") or not redis.hostname):
        raise SettingInvalid("TONGZHOU_REDIS_URL is not an address redis://HOST:PORT/NUMBER; TONGZHOU_WORKER=celery needs it")
    return found


def _port(text: str) -> int:
    if not text.isdecimal() or len(text) > 5 or not 0 < int(text) < 65536:
        raise SettingInvalid(f"TONGZHOU_PORT is not a port: {text}")
    return int(text)
