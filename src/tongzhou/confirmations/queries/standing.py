"""Confirmations and how they stand: who answered what, who is still asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.confirmations.models import Confirmation, Confirmer
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404, seen_keys
from tongzhou.projects.queries.asked import principals_of

Answer = Confirmer.Answer
WAITING, LATE, OBJECTED, COMPLETE, WITHDRAWN = "waiting", "late", "objected", "complete", "withdrawn"


@dataclass(frozen=True)
class Answered:
    """One who is asked. `by` is who answered in her place."""

    person: int
    name: str
    department: str
    answer: str
    reason: str
    at: datetime | None
    by: str

    @property
    def word(self) -> str:
        return str(Answer(self.answer).label)

    @property
    def tone(self) -> str:
        """The colour of the answer, one of the states of tasks."""
        return {Answer.CONFIRMED: "done", Answer.OBJECTED: "blocked", Answer.ASSUMED: "done"}.get(Answer(self.answer), "todo")


@dataclass(frozen=True)
class ConfirmationStands:
    """A confirmation with its answers."""

    row: Confirmation
    answers: tuple[Answered, ...]
    state: str

    @property
    def confirmed(self) -> int:
        return sum(one.answer in (Answer.CONFIRMED, Answer.ASSUMED) for one in self.answers)

    @property
    def missing(self) -> list[Answered]:
        return [one for one in self.answers if not one.answer]

    @property
    def state_word(self) -> str:
        words = {
            WAITING: _("Waits for answers"),
            LATE: _("Overdue"),
            OBJECTED: _("Somebody objects"),
            COMPLETE: _("All confirmed"),
            WITHDRAWN: _("Withdrawn"),
        }
        return words[self.state]

    @property
    def tone(self) -> str:
        return {WAITING: "doing", LATE: "late", OBJECTED: "blocked", COMPLETE: "done", WITHDRAWN: "cancelled"}[self.state]

    @property
    def open(self) -> bool:
        return self.state in (WAITING, LATE, OBJECTED)


def confirmation_or_404(user: User, number: str, confirmation_id: int) -> Confirmation:
    """Return a confirmation of a project that `user` sees.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    project = project_or_404(user, number)
    row = Confirmation.objects.select_related("asker").filter(project=project, pk=confirmation_id).first()
    if row is None:
        raise Http404
    row.project = project
    return row


def stands(rows: Iterable[Confirmation], now: datetime) -> list[ConfirmationStands]:
    """Return confirmations with who answered what. One query."""
    found = list(rows)
    answers: dict[int, list[Answered]] = {row.pk: [] for row in found}
    columns = ("confirmation_id", "person_id", "person__name", "person__department__name", "answer", "reason")
    people = Confirmer.objects.filter(confirmation__in=found).order_by("pk")
    for key, *values in people.values_list(*columns, "answered_at", "answered_by_name"):
        person, name, department, answer, reason, at, by = values
        answers[key].append(Answered(person, name, department or "", answer, reason, at, by))
    return [ConfirmationStands(row, tuple(answers[row.pk]), _state(row, answers[row.pk], now)) for row in found]


def _state(row: Confirmation, answers: list[Answered], now: datetime) -> str:
    if row.withdrawn_at is not None:
        return WITHDRAWN
    if row.closed_at is not None:
        return COMPLETE
    if any(one.answer == Answer.OBJECTED for one in answers):
        return OBJECTED
    return LATE if row.due <= now else WAITING


def may_answer(user: User, now: datetime, confirmation: Confirmation) -> Confirmer | None:
    """Return the place in which `user` answers: her own, else that of somebody on leave for whom she is asked; None without.

    Two queries.
    """
    people = principals_of(user, timezone.localtime(now).date())
    places = confirmation.confirmers.filter(person__in=people).select_related("person")
    rows: QuerySet[Confirmer] = places
    return min(rows, key=lambda place: (place.person_id != user.pk, bool(place.answer), place.pk), default=None)


def asked_of(user: User, now: datetime) -> list[Confirmation]:
    """Return what `user` is to confirm, for herself or standing in, the nearest date first, in projects that she sees.

    Two queries, one more where there are any.
    """
    people = principals_of(user, timezone.localtime(now).date())
    places = Confirmer.objects.filter(person__in=people, answer="").order_by().values("confirmation_id")
    rows = Confirmation.objects.filter(pk__in=places, closed_at__isnull=True, withdrawn_at__isnull=True)
    found = list(rows.select_related("project", "asker").order_by("due", "pk"))
    seen = set(seen_keys(user)) if found else set()
    return [row for row in found if row.project_id in seen]
