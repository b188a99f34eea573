"""Writes: opening a sheet, the next version of it, and voiding one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.engine.canonical import canonical, digest, sha256
from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.signoffs import access
from tongzhou.signoffs.actions.acts import append_act, next_number
from tongzhou.signoffs.actions.endings import end_sheet, make_final
from tongzhou.signoffs.events import SheetOpened, SheetVoided
from tongzhou.signoffs.models import Ending, Place, Sheet, Signature
from tongzhou.signoffs.queries.facts import instant_text
from tongzhou.signoffs.queries.places import Standing, ending_of, locked, standings
from tongzhou.timeline.actions import Subject, record

LONGEST_TITLE, LONGEST_REASON = 200, 2000


@dataclass(frozen=True)
class About:
    """What a sheet is about: a registered kind and the key of a row of the room whose kind it is; `link` leads there."""

    kind: str
    key: int
    title: str
    link: str = ""


@dataclass(frozen=True)
class Content:
    """What is signed. `shared` concerns everybody, `parts` (by seat) each seat alone; `html` is how it was shown.

    `labels` names the fields of the snapshot in words; entries of lists have an "id" and a "name".
    """

    shared: Mapping[str, Any]
    html: str
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """Which seats sign, together or one after the other, until when; whether what did not change for a seat stays signed."""

    seats: tuple[str, ...]
    in_order: bool = False
    due: datetime | None = None
    carries: bool = True


def open_sheet(*, by: User | System, project: Project, about: About, content: Content, course: Course, now: datetime) -> Sheet:
    """Freeze a snapshot and open a place for each seat; where there is an earlier version, this one takes its place.

    Signatures of the earlier version hold on where neither the shared part nor the seat's part changed, all others are void.
    :raises Refused: if `by` takes no part, a seat is empty (each is named), the due time is past, or nothing changed.
    """
    require(isinstance(by, System) or standing(by, project).takes_part)
    _check(about, course, now)
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        held = _named_once_for_all(project, course)
        _check_seats(list(held.values()))
        before = _latest(project, about)
        sheet = _freeze(by, project, about, content, course, held, before, now)
        carried = _carried(before, sheet, content, course)
        places = _places(sheet, content, held, carried)
        payload = _payload(sheet, places, before, carried)
        append_act(project=project.pk, kind="sheet-opened", payload=payload, by=by, now=now)
        if before is not None and not ending_of(before):
            end_sheet(by=by, sheet=before, kind=Ending.Kind.REPLACED, reason=_reason(sheet), now=now)
        event = SheetOpened(sheet.pk, sheet.kind, sheet.version, sheet.digest)
        record(event, by=by, now=now, subject=subject_of(sheet), project=project.pk)
        make_final(by=by, sheet=sheet, now=now)
    return sheet


def void_sheet(*, by: User | System, sheet: Sheet, reason: str, now: datetime) -> None:
    """Void a sheet that is not complete, for a reason.

    :raises Refused: if `by` is not the manager, there is no reason, or the sheet ended already.
    """
    require(isinstance(by, System) or access.can_open(standing(by, sheet.project)))
    reason = checked_text(reason, "reason", _("Say why."))
    with transaction.atomic():
        sheet = locked(sheet.pk)
        if ending_of(sheet):
            raise Refused("sheet-ended", _("This sheet is closed already."))
        end_sheet(by=by, sheet=sheet, kind=Ending.Kind.VOIDED, reason=reason, now=now)
        record(SheetVoided(sheet.pk), by=by, now=now, subject=subject_of(sheet), project=sheet.project_id)


def subject_of(sheet: Sheet) -> Subject:
    return Subject("sheet", sheet.pk, f"{sheet.title} {sheet.version}")


def checked_text(text: str, name: str, missing: str = "") -> str:
    """Return a text as it is kept.

    :raises Refused: if it is too long, holds what no database keeps, or is empty where `missing` says that it is needed.
    """
    text = text.strip()
    if missing and not text:
        raise Refused("text-needed", missing, name)
    if len(text) > LONGEST_REASON:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": LONGEST_REASON}, name)
    if "\0" in text or any(0xD800 <= ord(sign) < 0xE000 for sign in text):
        raise Refused("text-unusable", _("This text holds characters that cannot be kept."), name)
    return text


def _check(about: About, course: Course, now: datetime) -> None:
    if not course.seats or len(set(course.seats)) != len(course.seats):
        raise Refused("seats-needed", _("Name each seat that signs once."), "seats")
    if not about.title.strip() or len(about.title) > LONGEST_TITLE:
        raise Refused("title-unfit", _("A title has 1 to 200 characters."), "title")
    if course.due is not None and course.due <= now:
        raise Refused("due-passed", _("The due time is past."), "due")


def _named_once_for_all(project: Project, course: Course) -> dict[str, access.Held]:
    """Return who holds the seats that sign, in the organisation's language, whoever opens the sheet: it is frozen so."""
    with translation.override(settings.LANGUAGE_CODE):
        return access.seats_held(project, course.seats)


def _check_seats(held: list[access.Held]) -> None:
    empty = [seat.capacity for seat in held if seat.is_empty]
    if empty:
        named = "、".join(empty)
        raise Refused(
            "seat-empty", _("Nobody holds this seat yet: %(seats)s. Name who signs first.") % {"seats": named}, "seats"
        )


def _latest(project: Project, about: About) -> Sheet | None:
    """Return the newest version, locked: nobody signs it while the next one is opened."""
    rows = Sheet.objects.filter(project=project, kind=about.kind, key=about.key).order_by("-version")
    newest = rows.values_list("pk", flat=True).first()
    if newest is None:
        return None
    row = locked(newest)
    row.project = project
    return row


def _freeze(by: User | System, project: Project, about: About, content: Content, course: Course, *rest: Any) -> Sheet:
    held, before, now = rest
    version = before.version + 1 if before else 1
    page = content.html.encode()
    snapshot = {
        "kind": about.kind,
        "key": about.key,
        "version": version,
        "title": about.title,
        "project": {"id": project.pk, "number": project.number, "name": project.name},
        "seats": [{"seat": seat, "capacity": held[seat].capacity} for seat in course.seats],
        "in_order": course.in_order,
        "due": instant_text(course.due) if course.due else None,
        "shared": content.shared,
        "parts": {seat: content.parts.get(seat, {}) for seat in course.seats},
        "labels": content.labels,
        "html_sha256": sha256(page),
    }
    if before is not None and ending_of(before) != Ending.Kind.VOIDED:
        _check_changed(before, content, course)
    frozen = canonical(snapshot)
    return Sheet.objects.create(
        project=project,
        kind=about.kind,
        key=about.key,
        version=version,
        title=about.title,
        link=about.link,
        snapshot=frozen,
        digest=sha256(frozen),
        html=page,
        html_digest=sha256(page),
        shared_digest=digest(content.shared),
        in_order=course.in_order,
        due=course.due,
        opened_at=now,
        opened_by=by if isinstance(by, User) else None,
        opened_by_name=by.actor_name,
        act_number=next_number(project.pk),
    )


def _check_changed(before: Sheet, content: Content, course: Course) -> None:
    parts = {place.seat: place.part_digest for place in before.places.all()}
    same = {seat: digest(content.parts.get(seat, {})) for seat in course.seats}
    if before.shared_digest == digest(content.shared) and parts == same:
        raise Refused("nothing-changed", _("Nothing changed since version %(version)s.") % {"version": before.version})


def _carried(before: Sheet | None, sheet: Sheet, content: Content, course: Course) -> dict[str, Signature]:
    if before is None or not course.carries or ending_of(before) == Ending.Kind.VOIDED:
        return {}
    if before.shared_digest != sheet.shared_digest:
        return {}
    return {
        at.place.seat: at.signature
        for at in standings(before)
        if at.is_settled and at.signature and at.place.part_digest == digest(content.parts.get(at.place.seat, {}))
    }


def _places(sheet: Sheet, content: Content, held: Mapping[str, access.Held], carried: Mapping[str, Signature]) -> list[Place]:
    return [
        Place.objects.create(
            sheet=sheet,
            order=order,
            seat=seat,
            capacity=found.capacity,
            department_id=found.department_id,
            part_digest=digest(content.parts.get(seat, {})),
            carried=carried.get(seat),
        )
        for order, (seat, found) in enumerate(held.items(), start=1)
    ]


def _payload(sheet: Sheet, places: list[Place], before: Sheet | None, carried: Mapping[str, Signature]) -> dict[str, Any]:
    void: list[Standing] = [at for at in standings(before) if at.signature] if before and not ending_of(before) else []
    return {
        "sheet": sheet.pk,
        "kind": sheet.kind,
        "key": sheet.key,
        "version": sheet.version,
        "title": sheet.title,
        "digest": sheet.digest,
        "html": sheet.html_digest,
        "shared": sheet.shared_digest,
        "in_order": sheet.in_order,
        "due": sheet.due,
        "places": [
            {
                "place": place.pk,
                "order": place.order,
                "seat": place.seat,
                "capacity": place.capacity,
                "part": place.part_digest,
                "carried": place.carried_id,
            }
            for place in places
        ],
        "void": sorted(at.signature.pk for at in void if at.signature and at.place.seat not in carried),
    }


def _reason(sheet: Sheet) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("Version %(version)s was opened.") % {"version": sheet.version}
