"""Lines that wait for an answer of a person, with what she must know before she gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.lib.telling import Owed
from tongzhou.people.models import User
from tongzhou.projects.access import asked_of, seen_keys
from tongzhou.projects.models import Project
from tongzhou.resources.access import Answers, Sees, answers_of
from tongzhou.resources.models import Commitment
from tongzhou.resources.queries.listing import Line, commitments_of, readable
from tongzhou.resources.queries.load import Load, loads_of

FORM = "resources/queue_form.html"
State = Commitment.State


@dataclass(frozen=True)
class Waiting:
    """A line to be answered: what is asked, what the department promised meanwhile, what was typed, what is wrong with it."""

    line: Line
    load: Load | None
    says: str
    answer: str = ""
    offered: str = ""
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """A department that is asked in a project, and which amounts of money the reader sees there."""

    project: Project
    department: int
    sees: Sees


def waiting_of(user: User, project: Project, lines: Iterable[Line], typed: Mapping[int, Mapping[str, Any]]) -> list[Waiting]:
    """Return the lines with their loads. As many queries as loads_of.

    :param typed: what was typed for a line and refused: answer, offered, reason, errors.
    """
    found = list(lines)
    loads = loads_of(user, project.pk, found)
    return [Waiting(line, loads.get(line.id), load_words(line, loads.get(line.id)), **typed.get(line.id, {})) for line in found]


def load_words(line: Line, load: Load | None) -> str:
    """Say in a sentence what the department promised in these days, and what this line makes of it."""
    if load is None:
        return ""
    words = {"department": line.department, "has": load.words(load.has), "promised": load.words(load.promised)}
    words |= {"asked": load.words(load.asked), "total": load.words(load.total), "period": line.period}
    there = _("%(department)s has %(has)s.") % words
    if load.promised:
        parts = (
            [_("%(project)s %(amount)s") % {"project": _("this project"), "amount": load.words(load.here)}] if load.here else []
        )
        parts += [_("%(project)s %(amount)s") % {"project": one.name, "amount": load.words(one.amount)} for one in load.named]
        if load.unnamed:
            parts.append(_("%(project)s %(amount)s") % {"project": _("other projects"), "amount": load.words(load.unnamed)})
        before = _("Promised already from %(period)s: %(promised)s (%(parts)s).") % (words | {"parts": "、".join(parts)})
    else:
        before = _("Nothing is promised yet from %(period)s.") % words
    if load.over:
        after = _("With %(asked)s more it is %(total)s: %(over)s too much.") % (words | {"over": load.words(load.over)})
    else:
        after = _("With %(asked)s more it is %(total)s.") % words
    return there + before + after


def commitments_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each project and department whose lines wait for `user`. Four queries; three without any.

    In a project that ended nothing is answered any more.
    """
    mine = answers_of(user, timezone.localtime(now).date())
    if not mine.seats:
        return []
    projects, departments = ({place[at] for place in mine.seats} for at in (0, 1))
    rows = Commitment.objects.filter(project__in=projects, department__in=departments, state=State.ASKED)
    rows = rows.exclude(project__stage=Project.Stage.CLOSED).select_related("project", "department", "asked_by")
    by_place: dict[tuple[int, int], list[Commitment]] = {}
    for row in rows.order_by("pk"):
        place = (row.project_id, row.department_id)
        if place in mine.seats and "commitments" in asked_of(row.project):
            by_place.setdefault(place, []).append(row)
    seen = set(seen_keys(user)) if by_place else set()
    return [_owed(user, found, mine, now) for place, found in by_place.items() if place[0] in seen]


def _owed(user: User, rows: list[Commitment], mine: Answers, now: datetime) -> Owed:
    first = rows[0]
    asking = Asking(first.project, first.department_id, Sees(False, mine.departments(first.project_id)))
    days = (timezone.localtime(now).date() - timezone.localtime(min(row.asked_at for row in rows)).date()).days
    count = ngettext("%(count)s line of resources", "%(count)s lines of resources", len(rows)) % {"count": len(rows)}
    waited = ngettext("waits %(count)s day", "waits %(count)s days", days) % {"count": days} if days > 0 else ""
    return Owed(
        icon="users-group",
        kind=_("Resources"),
        title=_("%(department)s: promise %(what)s") % {"department": first.department.name, "what": count},
        link=reverse("commitments", args=[first.project.number]),
        second_line=" · ".join((first.project.name, "、".join(row.what for row in rows[:3]) + ("…" if len(rows) > 3 else ""))),
        due_text=waited,
        form_template=FORM,
        context=partial(queue_context, user, asking),
        key=f"commitments-{first.project_id}-{first.department_id}",
        word=_("Answer it"),
        number=first.project.number,
        project=first.project.name,
        waits=first.asked_by.name,
    )


def queue_context(
    user: User, asking: Asking, typed: Mapping[int, Mapping[str, Any]] | None = None, error: str = ""
) -> dict[str, Any]:
    """Return what the form in the queue shows. As many queries as the list and the loads take."""
    project, department = asking.project, asking.department
    lines = readable(commitments_of(project), asking.sees)
    asked = [line for line in lines if line.department_id == department and line.state == State.ASKED]
    rows = waiting_of(user, project, asked, typed or {})
    place = f"commitments-{project.pk}-{department}"
    return {"number": project.number, "rows": rows, "department": department, "place": place, "error": error}
