"""Who is told of what happens to charters."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.charters.models import DutyStatement
from tongzhou.lib.telling import Told
from tongzhou.projects.models import Project, ProjectRole, Seat
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.places import standings
from tongzhou.timeline.models import Event


def told_of_force(event: Event) -> list[Told]:
    """Who takes part and did not sign: those who signed are told by the sheet."""
    text = _("Version %(version)s was signed by every department. What stands in it changes only through a change request.")
    return _told(event, _("The charter is in force"), text, "charter_signed")


def told_of_memo(event: Event) -> list[Told]:
    """Who takes part and did not sign: from now on every task says what was signed and what is."""
    text = _("Version %(version)s was signed by every department. What is otherwise now than when it was signed is marked.")
    return _told(event, _("The collaboration memo was signed"), text, "memo_now")


def _told(event: Event, title: str, text: str, page: str) -> list[Told]:
    sheet, people = _others(event)
    link = reverse(page, args=[sheet.project.number])
    return [Told(people=people, kind="sign", title=title, text=text % {"version": event.data["version"]}, link=link)]


def told_of_duties(event: Event) -> list[Told]:
    """Everybody who takes part, by a role or a seat."""
    statement = DutyStatement.objects.select_related("project").get(pk=event.data["statement"])
    project = statement.project
    return [
        Told(
            people=tuple(sorted(_members(project))),
            kind="seat",
            title=_("The duty statement was published"),
            text=_("Version %(version)s says who does what in the project.") % {"version": statement.version},
            link=reverse("duty_statement", args=[project.number]),
        )
    ]


def _others(event: Event) -> tuple[Sheet, tuple[int, ...]]:
    """Return the sheet of an event, and who takes part in its project but neither opened nor signed it."""
    sheet = Sheet.objects.select_related("project").defer("snapshot", "html").get(pk=event.data["sheet"])
    signed = {at.signature.person_id for at in standings(sheet) if at.signature} | {sheet.opened_by_id}
    return sheet, tuple(sorted(_members(sheet.project) - signed))


def _members(project: Project) -> set[int]:
    """Return who takes part, by a role or a seat."""
    people = set(ProjectRole.objects.filter(project=project).values_list("user_id", flat=True))
    return people | set(Seat.objects.filter(participation__project=project).values_list("holder_id", flat=True))
