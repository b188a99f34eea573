"""Ways in for the people of a project, to be put into its notice."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tongzhou.exchange.access import can_import
from tongzhou.exchange.queries.department_notices import open_participants
from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.actions import make_sign_in_links
from tongzhou.people.models import User
from tongzhou.projects.models import Project


def make_notice_links(*, by: User, project: Project, now: datetime) -> dict[int, str]:
    """Make a way in for the people with open work in the project; return the tokens by person.

    The manager of the project makes them for people without a password of their own; an administrator for everybody.
    :raises Refused: if `by` may not, or nobody needs one.
    """
    require(can_import(by, project))
    people = [one for one in open_participants(project) if can_manage_people(by) or may_be_vouched_for(one, by)]
    if not people:
        raise Refused("nobody-needs-one", _("Nobody with open tasks needs a personal link."), "people")
    vouched = frozenset(person.pk for person in people)
    return {person.pk: token for person, token in make_sign_in_links(by=by, people=people, vouched=vouched, now=now)}


def may_be_vouched_for(person: User, by: User) -> bool:
    """Whether a project's manager may hand the person a way in: somebody else, who has no other, and no administrator."""
    return person.pk != by.pk and not person.has_usable_password() and not person.is_administrator
