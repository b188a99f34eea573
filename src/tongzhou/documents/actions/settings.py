"""Writes: how the organisation's papers look, how they are numbered, and what they say by default."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from tongzhou.documents.access import can_set_papers
from tongzhou.documents.events import LetterheadChanged, PaperKindChanged
from tongzhou.documents.models import KindSetting, Letterhead
from tongzhou.documents.queries.kinds import KINDS, TEXTS
from tongzhou.documents.queries.numbering import is_pattern
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.papers.logo import MOST_BYTES, checked_logo
from tongzhou.papers.wording import clean
from tongzhou.people.models import User
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

LONGEST_LINE, LONGEST_TEXT = 120, 2000


@dataclass(frozen=True)
class Head:
    """A letterhead. `logo`: a picture as it was brought; None leaves it as it is, b"" takes it away."""

    organisation: str
    header: str
    logo: bytes | None = None


@dataclass(frozen=True)
class Wording:
    """Numbering and fixed texts of a kind of papers, each of TEXTS; what is the product's own is not kept."""

    numbering: str
    texts: Mapping[str, str]


def change_letterhead(*, by: User, head: Head, version: int | None = None, now: datetime) -> Letterhead:
    """Change what stands at the head of every paper from now on.

    :raises Refused: if `by` may not, a line is too long, the logo is no picture, or (Stale) somebody else was faster.
    """
    require(can_set_papers(by))
    values: dict[str, Any] = {
        "organisation": _line(head.organisation, "organisation", LONGEST_LINE),
        "header": _line(head.header, "header", LONGEST_LINE),
    }
    if head.logo is not None:
        values["logo"] = _logo(head.logo) if head.logo else b""
    with transaction.atomic():
        Letterhead.objects.get_or_create(pk=1)
        row = Letterhead.objects.select_for_update().get(pk=1)
        _require_version(row, version)
        before, after = differences(
            {name: _plain(getattr(row, name)) for name in values}, {name: _plain(values[name]) for name in values}
        )
        if not after:
            return row
        for name in after:
            setattr(row, name, values[name])
        row.version += 1
        row.save()
        subject = Subject("letterhead", row.pk, row.organisation)
        change = ChangeOf("letterhead", row.pk, row.organisation, _told(before), _told(after))
        record(LetterheadChanged(row.version), by=by, now=now, subject=subject, changes=[change])
    return row


def change_kind(*, by: User, kind: str, wording: Wording, version: int | None = None, now: datetime) -> KindSetting:
    """Change numbering and fixed texts of a kind of papers from now on.

    :raises Refused: if `by` may not, nothing can be numbered by the pattern, a text is too long, or (Stale) somebody else
        was faster.
    """
    require(can_set_papers(by))
    known = KINDS[kind]
    numbering = wording.numbering.strip()
    if not is_pattern(numbering):
        message = _(
            "Papers cannot be numbered by this. Use text and {prefix} {project} {year} {month}, and {n} or {n:03} once."
        )
        raise Refused("pattern-invalid", message, "numbering")
    texts = {name: _text(wording.texts.get(name, ""), name) for name in TEXTS}
    own = {name: text for name, text in texts.items() if text != known.texts.get(name, "")}
    with transaction.atomic():
        KindSetting.objects.get_or_create(kind=kind)
        row = KindSetting.objects.select_for_update().get(kind=kind)
        _require_version(row, version)
        after: dict[str, Any] = {"numbering": "" if numbering == known.numbering else numbering, "texts": own}
        before, after = differences({name: getattr(row, name) for name in after}, after)
        if not after:
            return row
        for name, value in after.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        subject = Subject("kind_setting", row.pk, known.title)
        change = ChangeOf("kind_setting", row.pk, known.title, before, after)
        record(PaperKindChanged(kind, row.version), by=by, now=now, subject=subject, changes=[change])
    return row


def _require_version(row: models.Model, version: int | None) -> None:
    if version is not None and row.version != version:  # type: ignore[attr-defined]
        raise Stale("stale", _("Somebody else changed this in the meantime. Look at the page again."))


def _line(text: str, field: str, longest: int) -> str:
    text = " ".join(clean(text).split())
    if len(text) > longest:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": longest}, field)
    return text


def _text(text: str, field: str) -> str:
    text = clean(text).strip()
    if len(text) > LONGEST_TEXT:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": LONGEST_TEXT}, field)
    return text


def _logo(brought: bytes) -> bytes:
    words = {
        "logo-too-large": _("The logo is larger than %(most)s MB.") % {"most": MOST_BYTES // 2**20},
        "logo-not-a-picture": _("This is no picture that can be a logo: use png, jpeg or webp."),
        "logo-too-many-pixels": _("The logo has too many pixels: at most 4000 × 4000."),
        "logo-damaged": _("This picture cannot be read: it is damaged."),
    }
    try:
        return checked_logo(brought)
    except ValueError as error:
        code = str(error) if str(error) in words else "logo-damaged"
        raise Refused(code, words[code], "logo") from error


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """A picture is told by its hash."""
    return {name: _hash(value) if name == "logo" else value for name, value in values.items()}


def _hash(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()[:16] if value else ""
