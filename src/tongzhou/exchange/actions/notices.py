"""Ways in for the people of a project, to be put into its notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tongzhou.exchange.access import can_import
from tongzhou.exchange.queries.department_notices import open_participants
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.actions import make_sign_in_links
from tongzhou.people.models import Department, User
from tongzhou.plan.access import stand_ins
from tongzhou.projects.access import visible_to
from tongzhou.projects.models import Project, ProjectRole, Seat

Role = ProjectRole.Kind
SILENT = (Role.MEMBER, Role.OBSERVER, Role.ADVISER)
"""The roles in which nobody signs, judges or decides."""


def make_notice_links(*, by: User, project: Project, now: datetime) -> dict[int, str]:
    """Make a way in for the people with open work in the project; return the tokens by person.

    An administrator makes them for everybody, the manager of the project as vouched_for says.
    :raises Refused: if `by` may not, or nobody needs one.
    """
    require(can_import(by, project))
    people = open_participants(project)
    people = people if can_manage_people(by) else vouched_for(people, by)
    if not people:
        raise Refused("nobody-needs-one", _("Nobody with open tasks needs a personal link."), "people")
    vouched = frozenset(person.pk for person in people)
    return {person.pk: token for person, token in make_sign_in_links(by=by, people=people, vouched=vouched, now=now)}


def vouched_for(people: Sequence[User], by: User) -> list[User]:
    """Return to whom a project's manager may hand a way in. Five queries, and one for each who stands in for somebody.

    Whoever makes a way in could use it. So it must open nothing that `by` has not herself: it is for people without a
    password who are no administrators, head no department, hold no seat, sign and judge nowhere, and take part or stand in
    in no project that `by` does not see. Otherwise anybody could start a project, give its sponsor a task, and come in as him.
    """
    keys = [person.pk for person in people]
    harmless = Q(kind__in=SILENT, project__in=visible_to(by).values("pk"))
    barred = {by.pk}
    barred |= set(ProjectRole.objects.filter(user__in=keys).exclude(harmless).values_list("user_id", flat=True))
    barred |= set(Seat.objects.filter(holder__in=keys).values_list("holder_id", flat=True))
    barred |= set(Department.objects.filter(head__in=keys).values_list("head_id", flat=True))
    ours = visible_to(by).values("pk")
    asked = stand_ins(keys, clock.today())
    barred |= {one.pk for one in people if one.pk in asked and visible_to(one).exclude(pk__in=ours).exists()}
    alone = (person for person in people if not person.has_usable_password() and not person.is_administrator)
    return [person for person in alone if person.pk not in barred]


def why_link_opens_too_much(*, by: User, person: User) -> list[str]:
    """Gate of the ways in: what `by` once made for `person` ends when it would open more to her than she sees."""
    return [] if vouched_for([person], by) else [_("This person may do more by now than who made the link.")]
