"""Taking a backup, and what is remembered of the last one."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tongzhou.config.backup import sqlite
from tongzhou.config.backup.archive import Unfit, Writer

# Sessions are signed with this one, and end with a restore anyway: on another machine a new one is made.
LEFT_OUT = {"django"}


@dataclass(frozen=True)
class Last:
    """The last backup that was taken from this data folder."""

    at: datetime
    file: str
    size: int


def take(path: Path, now: datetime) -> dict[str, Any]:
    """Take a backup into a new file, while the product runs; return its manifest with `digest` and `size`.

    :raises Unfit: if it cannot be taken.
    """
    if path.exists():
        raise Unfit(f"文件已存在，不会覆盖：{path}")
    try:
        writer = Writer(path)
    except OSError as error:
        raise Unfit(f"无法写入 {path}：{error.strerror}") from error
    try:
        told = _written(writer) | {"taken_at": now.isoformat()}
        digest = writer.close(told)
    except OSError as error:
        raise Unfit(f"无法写入 {path}：{error.strerror}") from error
    finally:
        writer.drop()
    size = path.stat().st_size
    _remember(Last(now, str(path), size))
    return told | {"digest": digest, "size": size}


def _written(writer: Writer) -> dict[str, Any]:
    # Anchors first: behind the database is fine, ahead of it would be a finding.
    anchors = {f"anchors/{one.name}": one.read_bytes() for one in _files(_data() / "anchors")}
    told, files = _database(writer)
    for name, body in anchors.items():
        with writer.part(name) as part:
            part.write(body)
    for name in files:
        if (_data() / "imports" / name).is_file():
            writer.add_file(f"imports/{name}", _data() / "imports" / name)
    for one in _files(_data() / "secrets"):
        if one.name not in LEFT_OUT:
            writer.add_file(f"secrets/{one.name}", one)
    return told


def last_backup() -> Last | None:
    """Return the last backup that was taken from this data folder."""
    try:
        found = json.loads((_data() / "last-backup.json").read_text(encoding="utf-8"))
        return Last(datetime.fromisoformat(found["at"]), str(found["file"]), int(found["size"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _database(writer: Writer) -> tuple[dict[str, Any], list[str]]:
    if connection.vendor == "sqlite":
        if not sqlite.path().exists():
            raise Unfit(f"没有数据库：{sqlite.path()}")
        return sqlite.write(writer)
    from tongzhou.config.backup import postgresql

    return postgresql.write(writer)


def _remember(last: Last) -> None:
    beside = _data() / "last-backup.json.new"
    text = json.dumps({"at": last.at.isoformat(), "file": last.file, "size": last.size}, ensure_ascii=False)
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, _data() / "last-backup.json")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _data() -> Path:
    return Path(settings.DATA_DIR)
