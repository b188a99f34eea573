"""Bringing a backup in: everything is looked at and laid out beside the live data first; then one step decides."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Max

from tongzhou.config.backup import finishing, sqlite
from tongzhou.config.backup.archive import Reader, Unfit
from tongzhou.config.backup.facts import check_fits
from tongzhou.lib import clock
from tongzhou.people.actions import note_restore
from tongzhou.people.models import System, User
from tongzhou.timeline.models import Restoration

SPARE = 64 * 2**20
LONGEST_SOURCE = 200


def opened(path: Path) -> Reader:
    """Return a backup that fits this release and this kind of database; its parts are not compared yet.

    :raises Unfit: if it does not fit.
    """
    reader = Reader(path)
    check_fits(reader)
    needed = sum(int(part["size"]) for part in reader.parts.values()) + SPARE
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < needed:
        raise Unfit(f"磁盘空间不足：恢复需要 {needed // 2**20} MB，剩余 {free // 2**20} MB")
    return reader


def people_there() -> int:
    """Return how many people the live database knows; 0 for an empty one."""
    try:
        return User.objects.count()
    except DatabaseError:
        return 0


def bring_in(reader: Reader) -> None:
    """Let the data of a backup take the place of the live ones; the caller uses the data folder alone (SQLite).

    Killed at any moment it leaves the old data or the new ones. What is left to do afterwards does `finishing.finish`.
    :raises Unfit: if the backup is damaged, or the database does not let go; the live data are untouched then.
    """
    finishing.throw_away()
    decided = False
    try:
        for name in reader.parts:
            if not name.startswith(("database", "tables")):
                reader.copy(name, finishing.folder() / name)
        (finishing.folder() / "imports").mkdir(parents=True, exist_ok=True, mode=0o700)
        if connection.vendor == "sqlite":
            _by_rename(reader)
        else:
            _in_transaction(reader)
        decided = True
    finally:
        if not decided:
            finishing.throw_away()


def _by_rename(reader: Reader) -> None:
    before = _last_restoration()
    place = sqlite.stage(reader)
    with sqlite.at(place):
        call_command("migrate", interactive=False, verbosity=0)
        noted = note_restore(by=System(), copy=_copy(reader, before), now=clock.now())
    finishing.begin(_told(reader, noted))
    sqlite.swap(place)


def _in_transaction(reader: Reader) -> None:
    from tongzhou.config.backup import postgresql
    from tongzhou.lib.postgresql.generation import GENERATION

    reader.check()
    before = _last_restoration()
    with transaction.atomic():
        postgresql.bring_in(reader)
        noted = note_restore(by=System(), copy=_copy(reader, before), now=clock.now())
        finishing.begin(_told(reader, noted))
        GENERATION.forget()
    connection.close()


def _copy(reader: Reader, before: int) -> Restoration:
    """The restoration as it is known before it is written down; `before`: the largest id that was there."""
    taken_at = datetime.fromisoformat(str(reader.manifest["taken_at"]))
    return Restoration(pk=before, taken_at=taken_at, source=reader.path.name[:LONGEST_SOURCE], manifest=reader.digest)


def _told(reader: Reader, noted: Restoration) -> dict[str, object]:
    return {"id": noted.pk, "source": noted.source, "manifest": reader.digest}


def _last_restoration() -> int:
    try:
        return Restoration.objects.aggregate(last=Max("pk"))["last"] or 0
    except DatabaseError:
        return 0
