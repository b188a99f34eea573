"""Giving a leaver's seats and roles to somebody else, within the transaction that disables him."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from tongzhou.lib.access import Refused, require
from tongzhou.people.access import can_manage_people
from tongzhou.people.models import User
from tongzhou.projects.actions.formal import ONE_OF_MANY, keep_seat_change
from tongzhou.projects.actions.roles import check_apart
from tongzhou.projects.events import SeatsHandedOver
from tongzhou.projects.models import ProjectRole, Seat
from tongzhou.projects.queries.handing_over import roles_of, seats_of
from tongzhou.timeline.actions import ChangeOf, Subject, record


def hand_over_seats(
    *, by: User, person: User, successor: User | None, now: datetime, chosen: Collection[str] | None = None
) -> None:
    """Give seats and roles to the successor, else to the person's stand-in; without one they stay. One event a project.

    `chosen`: keys of `open_seats`; None means all.
    What two people must hold stays apart: a stand-in does not get it.
    :raises Refused: if `by` may not, or the successor holds what must stay apart.
    """
    require(can_manage_people(by))
    heir = successor or (person.stand_in if person.stand_in and person.stand_in.is_active else None)
    if heir is None:
        return
    changes: dict[int, list[ChangeOf]] = defaultdict(list)
    before, after = {"holder": person.name}, {"holder": heir.name}
    for seat in seats_of(person).select_related("participation__department"):
        if chosen is None or f"seat-{seat.pk}" in chosen:
            Seat.objects.filter(pk=seat.pk).update(holder=heir)
            part = seat.participation
            changes[part.project_id].append(ChangeOf("seat", part.pk, part.department.name, before, after))
            keep_seat_change(part.project_id, f"{seat.kind}:{part.department_id}", person, heir, by=by, now=now)
    for role in roles_of(person):
        if (chosen is None or f"role-{role.pk}" in chosen) and _may_hold(role, heir, by_default=successor is None):
            _give(role, heir)
            changes[role.project_id].append(ChangeOf("role", role.pk, str(role.get_kind_display()), before, after))
            if role.kind not in ONE_OF_MANY:
                keep_seat_change(role.project_id, f"role:{role.kind}", person, heir, by=by, now=now)
    for project, those in sorted(changes.items()):
        event, subject = SeatsHandedOver(project, person.pk, heir.pk), Subject("person", person.pk, person.name)
        record(event, by=by, now=now, subject=subject, project=project, changes=those)


def _may_hold(role: ProjectRole, heir: User, *, by_default: bool) -> bool:
    try:
        check_apart(role.project, heir, role.kind)
    except Refused as refused:
        if by_default:
            return False
        raise Refused(refused.code, refused.message, "successor") from refused
    return True


def _give(role: ProjectRole, heir: User) -> None:
    """Move a role; who holds it already keeps hers, and the leaver's ends."""
    if ProjectRole.objects.filter(project=role.project_id, kind=role.kind, user=heir).exists():
        ProjectRole.objects.filter(pk=role.pk).delete()
    else:
        ProjectRole.objects.filter(pk=role.pk).update(user=heir)
