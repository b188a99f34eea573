"""Writes: asking for a confirmation, answering, another text, withdrawing; and what time does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.confirmations import access, events
from tongzhou.confirmations.models import Confirmation, Confirmer
from tongzhou.confirmations.queries import may_answer
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.lib.registry import HOLDS, OUTCOMES
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants
from tongzhou.rhythm.actions import cancel_due, set_due
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

DUE, REMINDER = "confirmation", "confirmation-reminder"
MOST_PEOPLE, LONGEST_TITLE, LONGEST, LONGEST_REASON = 200, 120, 10_000, 1000
REMINDED_BEFORE = timedelta(days=1)
LATEST = timedelta(days=366)
Answer = Confirmer.Answer


@dataclass(frozen=True)
class Asking:
    """What is asked: the text, of whom (ids), by when, and what silence means. Without `subject` it is about the project.

    `asker` is who asks and is told of the answers, where it is not who acts (the host of a meeting). `whole_at`: where the
    whole text is read and answered, if `text` is only its beginning.
    """

    title: str
    text: str
    people: Collection[int]
    due: datetime
    silence: str
    subject: Subject | None = None
    asker: User | None = None
    whole_at: str = ""


def ask_confirmation(*, by: User, project: Project, asking: Asking, now: datetime) -> Confirmation:
    """Ask named people of the project to confirm a text by a date.

    :raises Refused: if `by` takes no part, nobody or somebody unknown is named, or text or date cannot be.
    """
    require(access.can_ask(standing(by, project)))
    title, text = _checked(asking, now)
    asker = asking.asker or by
    people = _people(project, asker, asking.people)
    subject = asking.subject or Subject("project", project.pk, project.name)
    with transaction.atomic():
        row = Confirmation.objects.create(
            project=project,
            subject_type=subject.type,
            subject_id=subject.id or 0,
            title=title,
            text=text,
            whole_at=asking.whole_at,
            asker=asker,
            asked_at=now,
            due=asking.due,
            silence=asking.silence,
        )
        Confirmer.objects.bulk_create(Confirmer(confirmation=row, person=person) for person in people)
        _wait(row, now)
        names = [person.name for person in people]
        after = {"title": title, "text": text, "due": asking.due.isoformat(), "silence": asking.silence, "people": names}
        _record(row, events.ConfirmationAsked(row.pk, [person.pk for person in people]), {}, after, by, now)
    return row


def confirm(*, by: User, confirmation: Confirmation, edition: int, now: datetime) -> Confirmation:
    """Confirm the text of `edition`, for oneself or for somebody on leave.

    :raises Refused: if `by` is not asked, it is over, or (Stale) the text changed since it was shown.
    """
    with transaction.atomic():
        hold_subject(confirmation)
        row, place = _place(by, confirmation, edition, now)
        before = _said(place)
        place.answer, place.reason = Answer.CONFIRMED, ""
        _keep(place, by, now)
        complete = _settle(row, now)
        _record(row, events.ConfirmationGiven(row.pk, place.person_id, complete), before, _said(place), by, now)
    return row


def object_to(*, by: User, confirmation: Confirmation, reason: str, edition: int, now: datetime) -> Confirmation:
    """Object to the text of `edition`, with a reason.

    :raises Refused: as confirm, or without a reason.
    """
    with transaction.atomic():
        row, place = _place(by, confirmation, edition, now)
        said = _text(reason, "reason", LONGEST_REASON)
        before = _said(place)
        place.answer, place.reason = Answer.OBJECTED, said
        _keep(place, by, now)
        _record(row, events.ConfirmationObjected(row.pk, place.person_id), before, _said(place), by, now)
    return row


def change_text(*, by: User, confirmation: Confirmation, title: str, text: str, due: datetime, now: datetime) -> Confirmation:
    """Give the text anew: what was answered is void, and all are asked again by `due`.

    :raises Refused: if `by` did not ask, it is over, nothing changes, or the date cannot be.
    """
    with transaction.atomic():
        row = _open(confirmation)
        _require_asker(by, row)
        title, text = _text(title, "title", LONGEST_TITLE), _text(text, "text", LONGEST)
        if (title, text) == (row.title, row.text):
            raise Refused("text-same", _("The text is as it was."), "text")
        if not now < due <= now + LATEST:
            raise Refused("due-range", _("Choose a time from now on, within a year."), "due")
        places = row.confirmers.exclude(answer=Answer.NONE).select_related("person")
        given = {place.person.name: str(place.get_answer_display()) for place in places}
        before = {"title": row.title, "text": row.text, "due": row.due.isoformat(), "answers": given}
        row.title, row.text, row.due, row.edition = title, text, due, row.edition + 1
        row.save()
        row.confirmers.update(answer=Answer.NONE, reason="", answered_at=None, answered_by_name="")
        _wait(row, now)
        after = {"title": title, "text": text, "due": due.isoformat(), "answers": {}}
        asked = list(row.confirmers.values_list("person_id", flat=True))
        _record(row, events.ConfirmationTextChanged(row.pk, row.edition, asked), before, after, by, now)
    return row


def ask_anew(*, by: User, confirmation: Confirmation, asking: Asking, kept: Collection[int], now: datetime) -> Confirmation:
    """Put another text to the people of `asking`: for the room that asked, which says who may (`by`) and whose answer holds.

    `kept` (ids) confirmed already and are not asked again; all others are, whatever they answered before. One that was
    complete is open again; where nobody is left to be asked it is complete at once.
    :raises Refused: if it was withdrawn, nobody or somebody unknown is named, or text or date cannot be.
    """
    title, text = _checked(asking, now)
    with transaction.atomic():
        row = Confirmation.objects.select_for_update().get(pk=confirmation.pk)
        row.project = confirmation.project
        if row.withdrawn_at is not None:
            raise Refused("withdrawn", _("This question was withdrawn."))
        row.asker = asking.asker or by
        people = _people(row.project, row.asker, asking.people)
        before = {"title": row.title, "text": row.text, "due": row.due.isoformat()}
        row.title, row.text, row.due, row.silence = title, text, asking.due, asking.silence
        row.whole_at, row.edition, row.closed_at = asking.whole_at, row.edition + 1, None
        row.save()
        asked = _ask_again(row, people, set(kept))
        _wait(row, now)
        after = {"title": title, "text": text, "due": row.due.isoformat()}
        _record(row, events.ConfirmationTextChanged(row.pk, row.edition, asked), before, after, by, now)
        _settle(row, now)
    return row


def withdraw_confirmation(*, by: User, confirmation: Confirmation, reason: str, now: datetime) -> Confirmation:
    """Take the question back, with a reason.

    :raises Refused: if `by` did not ask, it is over, or no reason is given.
    """
    with transaction.atomic():
        row = _open(confirmation)
        _require_asker(by, row)
        row.withdrawal, row.withdrawn_at = _text(reason, "reason", 500), now
        row.save()
        _stop(row)
        after = {"withdrawn_at": now.isoformat(), "withdrawal": row.withdrawal}
        _record(row, events.ConfirmationWithdrawn(row.pk), dict.fromkeys(after), after, by, now)
    return row


def remind_confirmers(key: int, *, now: datetime) -> None:
    """Those who have not answered are told that the time runs out."""
    row = Confirmation.objects.select_related("project").filter(pk=key, closed_at__isnull=True, withdrawn_at__isnull=True)
    found = row.first()
    if found is None or found.due <= now:
        return
    silent = list(found.confirmers.filter(answer=Answer.NONE).values_list("person_id", flat=True))
    if silent:
        _record(found, events.ConfirmationDueSoon(found.pk, silent), {}, {}, System(), now)


def end_confirmation(key: int, *, now: datetime) -> None:
    """Time ran out: silence counts as it was said beforehand, as an entry of the product."""
    open_still = Confirmation.objects.filter(pk=key, closed_at__isnull=True, withdrawn_at__isnull=True)
    for found in open_still:
        hold_subject(found)
    row = open_still.select_for_update().first()
    if row is None or row.due > now:
        return
    silent = list(row.confirmers.filter(answer=Answer.NONE).select_related("person"))
    keys = [place.person_id for place in silent]
    if row.silence == Confirmation.Silence.OPEN:
        if keys:
            _record(row, events.ConfirmationRanOut(row.pk, [], keys), {}, {}, System(), now)
        return
    row.confirmers.filter(answer=Answer.NONE).update(answer=Answer.ASSUMED, answered_at=now)
    _settle(row, now)
    names = {place.person.name: str(Answer.ASSUMED.label) for place in silent}
    _record(row, events.ConfirmationRanOut(row.pk, keys, []), {"answers": {}}, {"answers": names}, System(), now)


def hold_subject(confirmation: Confirmation) -> None:
    """Lock what the last answer will write, before the confirmation itself is locked: the order of locks."""
    for hold in HOLDS.at(f"confirmation:{confirmation.subject_type}"):
        hold(confirmation.subject_id)


def _place(by: User, confirmation: Confirmation, edition: int, now: datetime) -> tuple[Confirmation, Confirmer]:
    """Return the confirmation, locked, and the place in which `by` answers.

    :raises Refused: if `by` is not asked or it is over; Stale if the text is another one.
    """
    row = _open(confirmation)
    place = may_answer(by, now, row)
    if place is None:
        raise Refused("not-asked", _("You are not asked to confirm this."))
    if row.edition != edition:
        raise Stale("text-changed", _("The text changed in the meantime. Read it again before you answer."))
    if place.answer == Answer.ASSUMED:
        raise Refused("time-over", _("The time is over: silence counted as confirmed."))
    return row, place


def _open(confirmation: Confirmation) -> Confirmation:
    row = Confirmation.objects.select_for_update().get(pk=confirmation.pk)
    row.project = confirmation.project
    if row.withdrawn_at is not None:
        raise Refused("withdrawn", _("This question was withdrawn."))
    if row.closed_at is not None:
        raise Refused("complete", _("All have confirmed: this text stands."))
    return row


def _require_asker(by: User, row: Confirmation) -> None:
    if not access.is_asker(by, row):
        raise Refused("not-asker", _("Only who asked can change or withdraw it."))


def _ask_again(row: Confirmation, people: list[User], kept: set[int]) -> list[int]:
    """Let these people stand as asked, those who are kept with their answer; return who is to answer now."""
    wanted = {person.pk for person in people}
    row.confirmers.exclude(person__in=wanted).delete()
    known = dict(row.confirmers.values_list("person_id", "answer"))
    holds = {key for key in kept & wanted if known.get(key) == Answer.CONFIRMED}
    row.confirmers.exclude(person__in=holds).update(answer=Answer.NONE, reason="", answered_at=None, answered_by_name="")
    Confirmer.objects.bulk_create(Confirmer(confirmation=row, person=person) for person in people if person.pk not in known)
    return [person.pk for person in people if person.pk not in holds]


def _keep(place: Confirmer, by: User, now: datetime) -> None:
    place.answered_at, place.answered_by_name = now, "" if place.person_id == by.pk else by.name
    place.save()


def _settle(row: Confirmation, now: datetime) -> bool:
    """Close it when everybody has confirmed; tell so."""
    if row.confirmers.filter(answer__in=(Answer.NONE, Answer.OBJECTED)).exists():
        return False
    row.closed_at = now
    row.save()
    _stop(row)
    for handler in OUTCOMES.at("confirmed"):
        handler(confirmation=row, now=now)
    return True


def _wait(row: Confirmation, now: datetime) -> None:
    """Let time run: half of it, at most a day, before it ends, those who are silent are reminded."""
    set_due(DUE, row.pk, row.due)
    set_due(REMINDER, row.pk, row.due - min(REMINDED_BEFORE, (row.due - now) / 2))


def _stop(row: Confirmation) -> None:
    for kind in (DUE, REMINDER):
        cancel_due(kind, row.pk)


def _people(project: Project, by: User, keys: Collection[int]) -> list[User]:
    """Return the people who are asked.

    :raises Refused: if they are none or too many, or one takes no part, is disabled or the asker herself.
    """
    wanted = set(keys)
    if not 0 < len(wanted) <= MOST_PEOPLE:
        raise Refused("how-many", _("Name 1 to %(most)s people.") % {"most": MOST_PEOPLE}, "people")
    if by.pk in wanted:
        raise Refused("oneself", _("Who asks need not confirm."), "people")
    found = list(participants(project).filter(pk__in=wanted).order_by("sort_key", "pk"))
    if len(found) != len(wanted):
        raise Refused("person-unknown", _("Choose people who take part in the project."), "people")
    return found


def _checked(asking: Asking, now: datetime) -> tuple[str, str]:
    """Return title and text as they are kept.

    :raises Refused: if one of them, the date, or what silence means cannot be.
    """
    title, text = _text(asking.title, "title", LONGEST_TITLE), _text(asking.text, "text", LONGEST)
    if asking.silence not in Confirmation.Silence.values:
        raise Refused("silence-unsaid", _("Say what silence means."), "silence")
    if not now < asking.due <= now + LATEST:
        raise Refused("due-range", _("Choose a time from now on, within a year."), "due")
    return title, text


def _text(text: str, field: str, longest: int) -> str:
    """Return a text without the space around it.

    :raises Refused: if nothing is left or it is too long.
    """
    text = text.strip()
    if not text:
        raise Refused("needed", _("This is needed."), field)
    if len(text) > longest:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": longest}, field)
    return text


def _said(place: Confirmer) -> dict[str, Any]:
    return {"person": place.person.name, "answer": place.answer, "reason": place.reason}


def _record(
    row: Confirmation, event: object, before: dict[str, Any], after: dict[str, Any], by: User | System, now: datetime
) -> None:
    old, new = differences(before, after)
    changes = [ChangeOf("confirmation", row.pk, row.title, old, new)] if new else []
    subject = Subject("confirmation", row.pk, row.title)
    record(event, by=by, now=now, subject=subject, project=row.project_id, changes=changes)
