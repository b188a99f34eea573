"""What a project agreed on, as its addresses and operations take it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from support.cast import NOW, Cast
from tongzhou.people.models import User
from tongzhou.projects.actions import (
    Goal,
    Reading,
    ScopeLine,
    add_comment,
    add_objective,
    add_rule,
    add_scope_line,
    measure_objective,
)
from tongzhou.projects.models import Measurement, Project
from tongzhou.projects.queries.comments import About
from tongzhou.projects.queries.communication import Rule

CHARTER, REPORT = "edit charter draft", "update progress/blocked"
RULE = {"mechanism": "周例会", "audience": "everybody"}
VALUE = {"on": "2024-02-02", "value": "18"}
AGREED: tuple[tuple[Any, ...], ...] = (
    ("project_stage", CHARTER, "post", {"to": "planning", "seen": "initiating"}),
    ("participation_edit", CHARTER),
    ("participation_edit", CHARTER, "post", {"kind": "support", "duty": "铺货", "version": "1"}),
    ("objective_new", CHARTER),
    ("objective_new", CHARTER, "post", {"name": "首月销量"}),
    ("objective_edit", CHARTER),
    ("objective_edit", CHARTER, "post", {"name": "首月销量", "version": "1"}),
    ("objective_move", CHARTER, "post"),
    ("objective_remove", CHARTER, "post"),
    ("objective_measure", REPORT),
    ("objective_measure", REPORT, "post", VALUE),
    ("measurement", REPORT),
    ("measurement", REPORT, "post", VALUE),
    ("scope_lines", CHARTER, "post", {"kind": "in", "text": "样机"}),
    ("scope_line", CHARTER),
    ("scope_line", CHARTER, "post", {"kind": "in", "text": "样机"}),
    ("scope_line_move", CHARTER, "post"),
    ("scope_line_remove", CHARTER, "post"),
    ("communication_usual", CHARTER, "post"),
    ("communication_new", CHARTER),
    ("communication_new", CHARTER, "post", RULE),
    ("communication_rule", CHARTER),
    ("communication_rule", CHARTER, "post", RULE),
    ("communication_move", CHARTER, "post"),
    ("communication_remove", CHARTER, "post"),
)


def agreed(cast: Cast, project: Project) -> dict[str, int]:
    """Let the project have an objective of the task owner with a value, a line of scope and a mechanism; return their ids."""
    goal = Goal("复购率", "复购率", Decimal(15), Decimal(25), "%", due=date(2024, 5, 31), owner=cast.owner)
    objective = add_objective(by=cast.manager, project=project, goal=goal, now=NOW)
    reading = Reading(date(2024, 2, 1), Decimal(16))
    value = measure_objective(by=cast.manager, objective=objective, reading=reading, now=NOW)
    line = add_scope_line(by=cast.manager, project=project, line=ScopeLine("in", "样机设计"), now=NOW)
    rule = add_rule(by=cast.manager, project=project, rule=Rule("每日站会"), now=NOW)
    return {"objective_id": objective.pk, "value_id": value.pk, "line_id": line.pk, "rule_id": rule.pk}


def agreed_on_stage(by: User, project: Project, now: datetime) -> dict[str, int]:
    """Return the ids of what the sample project agreed on: an objective with two values, a line of scope, a mechanism.

    `by` says something on the project.
    """
    on = About("project", project.pk, project.name)
    add_comment(by=by, project=project, on=on, text="样机评审能否提前到周三？@李四 见 https://example.com/a?b=1", now=now)
    value = Measurement.objects.filter(objective__project=project).latest("pk")
    line, rule = project.scope_items.first(), project.communication_rules.first()
    assert line is not None and rule is not None
    return {"objective_id": value.objective_id, "value_id": value.pk, "line_id": line.pk, "rule_id": rule.pk}


def agreed_requests() -> list[tuple[Any, ...]]:
    """Return method, route, row of the table and body of each operation."""
    here, one = "projects/{number}", "projects/{number}/objectives/{objective_id}"
    line, rule, value = f"{here}/scope/lines/{{line_id}}", f"{here}/communication/{{rule_id}}", f"{one}/values/{{value_id}}"
    read, told = "read project plan, tasks", {"on": "2024-02-02", "value": 18}
    return [
        ("GET", f"{here}/objectives", read),
        ("POST", f"{here}/objectives", CHARTER, {"name": "首月销量", "target": 5000, "unit": "台"}),
        ("GET", one, read),
        ("PUT", one, CHARTER, {"name": "复购率", "target": "26.5"}),
        ("POST", f"{one}/values", REPORT, told),
        ("PUT", value, REPORT, told),
        ("DELETE", value, REPORT),
        ("DELETE", one, CHARTER),
        ("GET", f"{here}/scope", read),
        ("POST", f"{here}/scope/lines", CHARTER, {"kind": "in", "text": "样机"}),
        ("PUT", line, CHARTER, {"kind": "in", "text": "样机与测试"}),
        ("DELETE", line, CHARTER),
        ("GET", f"{here}/communication", read),
        ("POST", f"{here}/communication", CHARTER, {"mechanism": "周例会", "slot": {"pattern": "weekly", "at": "10:00"}}),
        ("POST", f"{here}/communication/usual", CHARTER),
        ("PUT", rule, CHARTER, {"mechanism": "周例会"}),
        ("DELETE", rule, CHARTER),
        ("PUT", f"{here}/stage", CHARTER, {"stage": "planning"}),
        ("GET", f"{here}/missing", read),
    ]
