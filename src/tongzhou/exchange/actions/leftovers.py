"""Writes: files that no import knows are removed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.exchange.events import ImportFilesRemoved
from tongzhou.exchange.queries.leftovers import leftover_files
from tongzhou.people.models import System
from tongzhou.timeline.actions import Subject, record


def remove_leftovers(*, by: System, now: datetime) -> int:
    """Remove the files that no import knows; return how many."""
    with transaction.atomic():
        files = leftover_files(now)
        if files:
            record(ImportFilesRemoved(len(files)), by=by, now=now, subject=Subject("organisation", None, _("Organisation")))
            transaction.on_commit(partial(_unlink, files))
    return len(files)


def _unlink(files: Iterable[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
