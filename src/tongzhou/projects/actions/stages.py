"""Writes: a project goes on to its next stage, or back."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Reason, Refused, Stale, require
from tongzhou.lib.registry import GATES, OUTCOMES
from tongzhou.lib.rows import held
from tongzhou.lib.web import project_address
from tongzhou.people.models import System, User
from tongzhou.projects import access
from tongzhou.projects.actions.agreed import shorter
from tongzhou.projects.events import StageMoved
from tongzhou.projects.models import Project
from tongzhou.projects.queries.missing import missing_for
from tongzhou.timeline.actions import ChangeOf, Subject, record
from tongzhou.timeline.models import Event

LONGEST_REASON = 500


def move_stage(
    *, by: User | System, project: Project, to: str, reason: str = "", seen: str | None = None, now: datetime
) -> Project:
    """Let the project go on to its next stage, or back to an earlier one.

    A person goes on only when nothing that is needed is missing, past what is merely wanted and back only with a reason. The
    product itself (a charter that became final) goes where it says. `seen`: the stage that the person saw.
    :raises Refused: if `by` may not, there is no such stage for the project, something is missing (its `errors` say what, by
        the key of the row), or a reason is; Stale: if somebody else moved it since.
    """
    require(isinstance(by, System) or access.can_move_stage(access.standing(by, project)))
    reason = shorter(reason, LONGEST_REASON, "reason")
    stages = access.stages_of(project)
    if to not in stages:
        raise Refused("stage-unknown", _("This project has no such stage."), "to")
    with transaction.atomic():
        # Who closes it waits for every change that is under way (`keep_ended` holds the row), and those behind him are refused.
        row = Project.objects.select_for_update(no_key=to != Project.Stage.CLOSED).get(pk=project.pk)
        if seen is not None and row.stage != seen:
            raise Stale("stage-moved", _("Somebody else moved the project to another stage in the meantime."))
        before = row.stage
        if before == to:
            return row
        if isinstance(by, User):
            _check_way(row, to, reason, by)
        _check_gates(row, to)
        row.stage, row.version = to, row.version + 1
        row.save(update_fields=["stage", "version"])
        change = ChangeOf("project", row.pk, row.name, {"stage": before}, {"stage": to})
        subject = Subject("project", row.pk, row.name)
        record(StageMoved(row.pk, before, to, reason), by=by, now=now, subject=subject, project=row.pk, changes=[change])
        for handler in OUTCOMES.at("stage-moved"):
            handler(project=row, before=before, by=by, now=now)
    project.stage, project.version = row.stage, row.version
    return row


def hold_project(key: int) -> None:
    """Hold of what is about a project and may move its stage at its end: nobody else changes the project meanwhile."""
    Project.objects.select_for_update(no_key=True).only("pk").get(pk=key)


def _check_way(project: Project, to: str, reason: str, by: User) -> None:
    stages = access.stages_of(project)
    here = stages.index(project.stage) if project.stage in stages else -1
    if stages.index(to) < here:
        if not reason:
            raise Refused("reason-missing", _("Say why the project goes back."), "reason")
        return
    if stages.index(to) != here + 1:
        raise Refused("stage-skipped", _("A project goes on one stage at a time."), "to")
    lacking = [row for row in missing_for(project, by, project.stage) if not row.done]
    needed = {row.key: row.title for row in lacking if not row.optional}
    if needed:
        message = _("Still missing: %(what)s.") % {"what": "、".join(needed.values())}
        raise Refused("stage-misses", message, "to", needed)
    if lacking and not reason:
        what = "、".join(row.title for row in lacking)
        raise Refused("reason-missing", _("Say why the project goes on without: %(what)s.") % {"what": what}, "reason")


def _check_gates(project: Project, to: str) -> None:
    reasons = [str(reason) for gate in GATES.at("move-stage") for reason in gate(project, to)]
    if reasons:
        raise Refused("stage-held", " ".join(dict.fromkeys(reasons)), "to")


def keep_ended(event: Event, *, kinds: Set[str]) -> None:
    """Outcome "event-recorded": what a project that ended says stays as it is; the manager may take it up again (move_stage).

    Asked once, where every write passes. What the product itself does goes on: the clock, and what follows of a change.
    The project cannot be closed between the question and the end of the transaction.

    :param kinds: the kinds of events by which people would change it.
    :raises Refused: where the project of the event ended.
    """
    if event.project_id is None or event.actor_id is None or event.kind not in kinds:
        return
    found = held(Project, event.project_id, "stage", "number")
    if found is not None and found[0] == Project.Stage.CLOSED:
        words = _("The project has ended: nothing of it changes any more. Its manager may take it up again, with a reason.")
        raise Refused("project-ended", Reason(words, project_address("project_missing", found[1])))
