"""Writes: handing out a paper. It gets its number and code once; every file of it is on the register by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tongzhou.documents.events import PaperHandedOut
from tongzhou.documents.models import IssuedFile, IssuedPaper
from tongzhou.documents.queries.codes import new_code
from tongzhou.documents.queries.dressing import (
    check_length,
    content_of,
    digest_of,
    dressed,
    kept_of,
    packed,
    paper_again,
    rendered,
)
from tongzhou.documents.queries.handed import TYPES, Handed
from tongzhou.documents.queries.kinds import KINDS, ending_or_404, numbering
from tongzhou.documents.queries.numbering import shape_of
from tongzhou.lib.access import Busy
from tongzhou.papers import Paper
from tongzhou.papers.wording import clean
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Sheet
from tongzhou.timeline.actions import Subject, record

MOST_AT_ONCE = 50
"""How many others may take the next number or version before us until we give up."""


@dataclass(frozen=True)
class Handing:
    """What is handed out: a paper of a kind about the thing `key`, as a file of this ending; `sheet` fills its signatures.

    Paper and title are made by `hand_out` in the organisation's language, unless they are ready: the title out of the paper.
    `present`: whether it is what its thing says now; not so an older version, edition or day that somebody names.
    """

    kind: str
    key: int
    title: str | Callable[[Paper], str]
    paper: Paper | Callable[[], Paper]
    ending: str
    sheet: Sheet | None = None
    present: bool = True


def hand_out(*, by: User, project: Project | None, handing: Handing, now: datetime) -> Handed:
    """Hand out a paper as a file: the same content of the same thing keeps its number and code, another gets the next.

    Whether `by` may see the paper is the caller's affair.

    :raises Http404: if papers of this kind have no such ending.
    :raises Refused: if it cannot be set as a file; Busy if too many are being set.
    """
    ending_or_404(handing.kind, handing.ending)
    made = _made(handing)
    check_length(made.paper, handing.ending)
    issued = _registered(by, project, made, now)
    return _handed(by, issued, dressed(made.paper, issued, handing.sheet), handing.ending, now)


def hand_out_again(*, by: User, issued: IssuedPaper, ending: str, now: datetime) -> Handed:
    """Hand out a paper of the register as it was described then, with the signatures of its sheet.

    :raises Http404: if papers of this kind have no such ending.
    :raises Refused: as hand_out.
    """
    ending_or_404(issued.kind, ending)
    return _handed(by, issued, dressed(paper_again(issued), issued, issued.sheet), ending, now)


@dataclass(frozen=True)
class _Made:
    handing: Handing
    title: str
    paper: Paper


def _made(handing: Handing) -> _Made:
    """Return the paper in the organisation's language, whatever the reader's: in another one it would be another paper."""
    with translation.override(settings.LANGUAGE_CODE):
        paper = handing.paper if isinstance(handing.paper, Paper) else handing.paper()
        title = handing.title if isinstance(handing.title, str) else handing.title(paper)
    return _Made(handing, clean(title).replace("\n", " ")[:200], paper)


def _registered(by: User, project: Project | None, made: _Made, now: datetime) -> IssuedPaper:
    """Return the row of the register, new where this content of this thing was not handed out yet."""
    handing = made.handing
    row = IssuedPaper(
        thing=f"{project.pk if project else 0}:{handing.kind}:{handing.key}",
        project=project,
        kind=handing.kind,
        key=handing.key,
        title=made.title,
        project_number=project.number if project else "",
        project_name=project.name if project else "",
        digest=digest_of(content_of(made.paper)),
        sheet=handing.sheet,
        at=now,
        by=by,
        by_name=by.name,
    )
    for _attempt in range(MOST_AT_ONCE):
        try:
            with transaction.atomic():
                # Counted before it is looked for: who keeps the same paper in between takes this version, and is seen then.
                row.version = _next_version(row)
                present = handing.present and _is_present(row.sheet)
                return _found(row, present) or _kept(row, present, kept_of(made.paper), now)
        except IntegrityError:
            # Somebody else took this version or number meanwhile: look again whether it was the same paper.
            row.pk = None
    raise Busy("register-busy", _("Many papers are being handed out. Try again in a moment."))


def _next_version(row: IssuedPaper) -> int:
    last = IssuedPaper.objects.filter(thing=row.thing).aggregate(version=Max("version"))
    return (last["version"] or 0) + 1


def _found(row: IssuedPaper, present: bool) -> IssuedPaper | None:
    """Return the row of the same content of the same thing, if there is one; a present one is the thing's newest then."""
    same = list(IssuedPaper.objects.filter(thing=row.thing, digest=row.digest).defer("content").order_by("-turn", "-version"))
    fits = [one for one in same if row.sheet is None or one.sheet_id == row.sheet.pk]
    found = next(iter(fits), None)
    if found is None and row.sheet is not None:
        # What was handed out before it was signed is the same paper.
        found = next((one for one in same if one.sheet_id is None), None)
        if found is None or not IssuedPaper.objects.filter(pk=found.pk, sheet=None).update(sheet=row.sheet):
            return None
        found.sheet = row.sheet
    if found is not None and present:
        _come_again(found)
    return found


def _is_present(sheet: Sheet | None) -> bool:
    """Return whether a paper is what its thing says now: without a sheet it is, with one if no later version was opened."""
    if sheet is None:
        return True
    same = Sheet.objects.filter(project_id=sheet.project_id, kind=sheet.kind, key=sheet.key)
    return not same.filter(version__gt=sheet.version).exists()


def _come_again(found: IssuedPaper) -> None:
    """Let a paper be the newest of its thing where another one was meanwhile."""
    others = IssuedPaper.objects.filter(thing=found.thing).exclude(pk=found.pk)
    last = others.aggregate(turn=Max("turn"))["turn"] or 0
    if found.turn <= last:
        found.turn = last + 1
        IssuedPaper.objects.filter(pk=found.pk).update(turn=found.turn)


def _kept(row: IssuedPaper, present: bool, content: bytes, now: datetime) -> IssuedPaper:
    """Keep a new row of the register as the version that it says, with the next turn and the next number of its pattern."""
    last = IssuedPaper.objects.filter(thing=row.thing).aggregate(turn=Max("turn"))
    row.turn = (last["turn"] or 0) + 1 if present else 0
    day = timezone.localtime(now).date()
    shape = shape_of(numbering(row.kind), prefix=KINDS[row.kind].prefix, project=row.project_number, day=day)
    row.stem = shape.stem
    count = (IssuedPaper.objects.filter(stem=row.stem).aggregate(last=Max("serial"))["last"] or 0) + 1
    while IssuedPaper.objects.filter(number=shape.number(count)).exists():
        count += 1
    row.serial, row.number, row.code, row.content = count, shape.number(count), new_code(), packed(content)
    row.save(force_insert=True)
    return row


def _handed(by: User, issued: IssuedPaper, paper: Paper, ending: str, now: datetime) -> Handed:
    """Set the paper as a file, and keep its hash and that it was taken along."""
    content = rendered(paper, ending)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        said = {"size": len(content), "at": now, "by": by, "by_name": by.name}
        IssuedFile.objects.get_or_create(paper=issued, ending=ending, digest=digest, defaults=said)
        subject = Subject("issued_paper", issued.pk, str(issued))
        record(PaperHandedOut(issued.pk, ending, digest), by=by, now=now, subject=subject, project=issued.project_id)
    return Handed(f"{issued.title} {issued.number}.{ending}", TYPES[ending], content, issued)
