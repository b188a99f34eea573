"""What a template brings beside the plan: objectives, communication, deliverables, resources asked for, texts of the charter.

Each part only where the kind and weight of the project ask for it (`projects.access.asked_of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tongzhou.charters.access import has_charter
from tongzhou.charters.actions import write_part
from tongzhou.charters.models import CharterPart
from tongzhou.exchange.queries.templates.document import Commitment, Document
from tongzhou.exchange.queries.templates.laying import CENT, Chosen
from tongzhou.exchange.queries.templates.planning import Planned
from tongzhou.exchange.queries.templates.promised import askable, deliverable_rows, risks_text
from tongzhou.meetings.actions import preset_agenda
from tongzhou.meetings.queries.agenda import AgendaLine
from tongzhou.people.models import Department, User
from tongzhou.plan.actions import DeliverableSpec, add_deliverables
from tongzhou.projects.access import asked_of, rules_of
from tongzhou.projects.actions import Goal, add_objective, add_rule
from tongzhou.projects.models import Project
from tongzhou.projects.queries.communication import Rule
from tongzhou.resources.actions import CommitmentSpec, ask_commitments


@dataclass
class Begun:
    """A project on its way, with what each part of the template becomes in it. `ids`: of its tasks by their keys."""

    by: User
    project: Project
    document: Document
    planned: Planned
    departments: Mapping[str, Department]
    people: Mapping[int, User]
    chosen: Chosen
    ids: Mapping[str, int]
    now: datetime

    def day(self, offset: int | None) -> date | None:
        return None if offset is None else self.planned.days.at(offset)

    def holder(self, position: str) -> User | None:
        return self.people.get(self.chosen.people.get(position, 0))


def bring_promises(begun: Begun) -> None:
    """Write everything beside the plan that the project is asked for.

    :raises Refused: if a rule of the rooms below forbids a part.
    """
    asked = asked_of(begun.project)
    if "objectives" in asked:
        _bring_objectives(begun)
    if "communication" in asked:
        _bring_communication(begun)
    if "deliverables" in asked:
        _bring_deliverables(begun)
    if "commitments" in asked:
        _ask_for_resources(begun)
    if rules_of(begun.project).seats:
        _preset_agenda(begun)
    if has_charter(begun.project) and "charter" in asked:
        _write_charter(begun)


def _bring_objectives(begun: Begun) -> None:
    for one in begun.document.objectives:
        baseline, target = _decimal(one.baseline), _decimal(one.target)
        owner = begun.holder(one.owner)
        goal = Goal(
            one.name, one.metric, baseline, target, one.unit, one.is_lower_better, begun.day(one.due), owner, one.is_kpi
        )
        add_objective(by=begun.by, project=begun.project, goal=goal, now=begun.now)


def _bring_communication(begun: Begun) -> None:
    for one in begun.document.communication:
        rule = Rule(
            one.mechanism,
            one.frequency,
            minutes=one.minutes or None,
            audience=one.audience,
            participants=one.participants,
            form=one.form,
            channel=one.channel,
            link=one.link,
            silence_confirms=one.silence_confirms,
        )
        add_rule(by=begun.by, project=begun.project, rule=rule, now=begun.now)


def _bring_deliverables(begun: Begun) -> None:
    rows = [
        DeliverableSpec(
            name=one.name,
            quantity=None if one.quantity is None else Decimal(str(one.quantity)).quantize(CENT),
            unit=one.unit,
            department_id=begun.departments[one.department].pk if one.department else None,
            due=begun.day(one.due),
            standard=one.standard,
            work_item_id=begun.ids.get(one.task),
        )
        for one in deliverable_rows(begun.document, begun.chosen)
    ]
    if rows:
        add_deliverables(by=begun.by, project=begun.project, rows=rows, now=begun.now)


def _ask_for_resources(begun: Begun) -> None:
    rows = [_asked_for(begun, one) for one in askable(begun.document, begun.chosen)]
    if rows:
        ask_commitments(by=begun.by, project=begun.project, rows=rows, now=begun.now)


def _asked_for(begun: Begun, one: Commitment) -> CommitmentSpec:
    first = begun.day(one.starts) or begun.planned.start
    return CommitmentSpec(
        department_id=begun.departments[one.department].pk,
        kind=one.kind,
        what=one.what,
        amount=Decimal(str(one.amount)).quantize(CENT),
        unit=one.unit,
        starts_on=first,
        # Without an end it is needed until the plan ends; it may begin only after that, too.
        ends_on=begun.day(one.ends) or max(begun.planned.finish, first),
        work_item_id=begun.ids.get(one.task),
    )


def _preset_agenda(begun: Begun) -> None:
    lines = [AgendaLine(one.shows, one.title, one.note, one.minutes) for one in begun.document.agenda]
    if lines:
        preset_agenda(by=begun.by, project=begun.project, lines=lines, now=begun.now)


def _write_charter(begun: Begun) -> None:
    texts = {
        CharterPart.Kind.SUCCESS: begun.document.texts.success,
        CharterPart.Kind.RISKS: risks_text(begun.document),
    }
    for kind, text in texts.items():
        if text:
            write_part(by=begun.by, project=begun.project, kind=kind, text=text, version=0, now=begun.now)


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))
