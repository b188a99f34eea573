"""Every operation of the API, and how it is used as it is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpResponse

from support.addresses import APPROVE, ASSIGN, AUDIT, CHARTER, DECIDE, ESCALATE, FILE, PEOPLE, PLAN, READ, REPORT, SIGN
from support.api import Program
from support.asked import still_open
from support.cast import NOW, Cast
from support.claimed import claim_operations
from support.kept import template_requests
from support.met import meeting_requests
from support.promised import CHARTER_REQUESTS
from support.provided import provided_requests
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN
from tongzhou.projects.models import Project
from tongzhou.rhythm.models import Due

Body = Mapping[str, Any] | None
PROJECT = "projects/{number}"
TASK = f"{PROJECT}/tasks/{{item_id}}"
ORGANISATION = {"name": "同舟", "names_visible": False, "deviation_threshold": 10, "deviation_guard": True, "kinds": {}}


@dataclass(frozen=True)
class Asked:
    """A request to an operation: its route below /api/v1/ with names in braces, the row of the table, the body."""

    method: str
    route: str
    row: str
    body: Body = None
    anywhere: bool = False
    """Open to whom the table lets do it in any department: the request names none."""
    query: str = ""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Names in the route that stand for something else here: `case_id` for `climbing_id`, a case that can climb."""

    def send(self, program: Program, parameters: Mapping[str, Any], **headers: str) -> HttpResponse:
        told = {**parameters, **{name: parameters[other] for name, other in self.instead.items()}}
        path = self.route.format(**told) + (f"?{self.query}" if self.query else "")
        return program.ask(self.method, path, self.body, **headers)


def requests(cast: Cast, parameters: Mapping[str, Any]) -> list[Asked]:
    """Return at least one good request for each operation that is not only for one's own things."""
    return [
        *_of_people(cast),
        *_of_projects(cast),
        *_of_plan(parameters),
        *_of_progress(),
        *_of_blocks(cast, parameters),
        *_of_syncs(),
        *_of_escalations(),
        *_of_confirmations(cast),
        *_of_reports(),
        *_of_exchange(),
        *(Asked(*one) for one in (*template_requests(), *provided_requests(cast), *CHARTER_REQUESTS, *meeting_requests(cast))),
        *_of_record(),
        *_of_signing(cast, parameters),
        *(*_of_notices(), *_of_papers()),
    ]


def _of_signing(cast: Cast, parameters: Mapping[str, Any]) -> list[Asked]:
    days = {"delegate": cast.member.pk, "first": "2199-01-01", "last": "2199-01-02"}
    one = f"{PROJECT}/sheets/{{sheet_id}}"
    return [
        Asked("GET", f"{PROJECT}/sheets", READ),
        Asked("GET", one, READ),
        Asked("POST", f"{one}/signature", APPROVE, {"digest": "0" * 64, "decision": "approve", "proof_method": "password"}),
        Asked("POST", f"{one}/withdrawal", APPROVE, {}),
        Asked("POST", f"{one}/void", CHARTER, {"reason": "重写"}),
        Asked("GET", f"{one}/evidence", AUDIT),
        Asked("GET", f"{PROJECT}/chain", AUDIT),
        Asked("GET", f"{PROJECT}/task-list", READ),
        Asked("POST", f"{PROJECT}/task-list/releases", CHARTER, {"due": "2199-01-01"}),
        *(Asked(*one[:4], query=one[4]) for one in claim_operations(PROJECT, parameters["item_id"])),
        Asked("GET", f"{PROJECT}/delegations", SIGN, anywhere=True),
        Asked("POST", f"{PROJECT}/delegations", SIGN, days, anywhere=True),
        Asked("DELETE", f"{PROJECT}/delegations/{{delegation_id}}", SIGN),
        Asked("GET", f"{PROJECT}/chain/verification", AUDIT),
    ]


def _of_papers() -> list[Asked]:
    one = f"{PROJECT}/issued-papers/{{paper_id}}"
    return [
        Asked("GET", f"{PROJECT}/issued-papers", READ),
        Asked("GET", one, READ),
        Asked("GET", f"{one}/files/{{ending}}", READ),
        Asked("GET", "papers/{code}", SIGNED_IN),
        Asked("GET", "paper-letterhead", PEOPLE),
        Asked("PUT", "paper-letterhead", PEOPLE, {"organisation": "同舟"}),
        Asked("GET", "paper-kinds", PEOPLE),
        Asked("GET", "paper-kinds/{paper_kind}", PEOPLE),
        Asked("PUT", "paper-kinds/{paper_kind}", PEOPLE, {"numbering": "{project}-{n}"}),
    ]


def _of_notices() -> list[Asked]:
    return [
        Asked("GET", "me/queue", SIGNED_IN),
        Asked("GET", "me/signatures", SIGNED_IN),
        Asked("GET", "me/notices", SIGNED_IN),
        Asked("GET", "me/notices/unread", SIGNED_IN),
        Asked("POST", "me/notices/read", SIGNED_IN, {"notices": [1]}),
        Asked("GET", "me/notice-choices", SIGNED_IN),
        Asked("PUT", "me/notice-choices", SIGNED_IN, {"pace": "daily"}),
        Asked("DELETE", "me/notice-choices", SIGNED_IN),
        Asked("GET", "notice-defaults", PEOPLE),
        Asked("PUT", "notice-defaults", PEOPLE, {"pace": "now"}),
        Asked("GET", "deliveries", PEOPLE),
        Asked("POST", "deliveries/{delivery_id}/again", PEOPLE),
    ]


def _of_people(cast: Cast) -> list[Asked]:
    person = "people/{person_id}"
    return [
        Asked("GET", "people", SIGNED_IN),
        Asked("GET", person, SIGNED_IN),
        Asked("POST", "people", PEOPLE, {"name": "新人"}),
        Asked("PATCH", person, PEOPLE, {"title": "工程师"}),
        Asked("POST", f"{person}/disable", PEOPLE, {"successor": cast.member.pk}),
        Asked("POST", f"{person}/enable", PEOPLE),
        Asked("GET", f"{person}/open-work", PEOPLE),
        Asked("POST", f"{person}/hand-over", PEOPLE, {"successor": cast.member.pk, "chosen": ["department-1"]}),
        Asked("GET", f"{person}/leave", SIGNED_IN),
        Asked("POST", f"{person}/leave", PEOPLE, {"first": "2031-05-06", "last": "2031-05-07"}),
        Asked("DELETE", f"{person}/leave/{{leave_id}}", PEOPLE),
        Asked("GET", f"{person}/sessions", PEOPLE),
        Asked("DELETE", f"{person}/sessions", PEOPLE),
        Asked("GET", "departments", SIGNED_IN),
        Asked("POST", "departments", PEOPLE, {"name": "法务部"}),
        Asked("GET", "departments/{department_id}", SIGNED_IN),
        Asked("PATCH", "departments/{department_id}", PEOPLE, {"name": "法务部"}),
        Asked("PUT", "departments/{department_id}/calendar", PEOPLE, {"calendar": None}),
        *_of_me(),
        *_of_calendars(),
        *_of_administration(cast),
    ]


def _of_administration(cast: Cast) -> list[Asked]:
    row = {"row": 1, "values": {"name": "新人", "department": "研发部"}}
    return [
        Asked("GET", "administration", PEOPLE),
        Asked("GET", "sign-in-links", PEOPLE),
        Asked("POST", "sign-in-links", PEOPLE, {"people": [cast.owner.pk]}),
        Asked("POST", "people/{person_id}/sign-in-link", PEOPLE),
        Asked("POST", "people/imports/text", PEOPLE, {"text": "姓名,部门\n新人,研发部"}),
        Asked("POST", "people/imports/confirmation", PEOPLE, {"rows": [row]}),
        Asked("GET", "people/files/list", PEOPLE),
        Asked("GET", "people/files/form", PEOPLE),
    ]


def _of_me() -> list[Asked]:
    return [
        Asked("GET", "me", SIGNED_IN),
        Asked("PUT", "me/stand-in", SIGNED_IN, {"stand_in": None}),
        Asked("GET", "me/leave", SIGNED_IN),
        Asked("POST", "me/leave", SIGNED_IN, {"first": "2031-05-06", "last": "2031-05-07"}),
        Asked("GET", "me/sessions", SIGNED_IN),
        Asked("DELETE", "me/sessions", SIGNED_IN),
        Asked("GET", "me/preferences/{key}", SIGNED_IN),
        Asked("PUT", "me/preferences/{key}", SIGNED_IN, {"value": ["name"]}),
        Asked("GET", "me/tokens", SIGNED_IN),
        Asked("POST", "me/tokens", SIGNED_IN, {"name": "报表", "scopes": ["read"], "days": 7}),
    ]


def _of_calendars() -> list[Asked]:
    one = "calendars/{calendar_id}"
    return [
        Asked("GET", "calendars", SIGNED_IN),
        Asked("POST", "calendars", PEOPLE, {"name": "车间", "pattern": "one_day"}),
        Asked("GET", one, SIGNED_IN),
        Asked("PUT", one, PEOPLE, {"name": "门店", "pattern": "two_days"}),
        Asked("DELETE", one, PEOPLE),
        Asked("GET", f"{one}/years/{{year}}", SIGNED_IN),
        Asked("GET", "calendars/years", SIGNED_IN),
        Asked("GET", "calendars/years/{year}", SIGNED_IN),
        Asked("POST", "calendars/notices", PEOPLE, {"text": "一、元旦：1月1日放假。", "year": 2027, "dry": True}),
    ]


def _of_projects(cast: Cast) -> list[Asked]:
    part = f"{PROJECT}/departments/{{department_id}}"
    return [
        Asked("GET", "projects", SIGNED_IN),
        Asked("POST", "projects", SIGNED_IN, {"number": "N-1", "name": "新项目", "lead": cast.rd.pk}),
        Asked("GET", "projects/export", SIGNED_IN),
        Asked("GET", "me/project-filters", SIGNED_IN),
        Asked("POST", "me/project-filters", SIGNED_IN, {"name": "我的", "query": "scope=mine"}),
        Asked("DELETE", "me/project-filters", SIGNED_IN, query="name=我的"),
        Asked("GET", "organisation", PEOPLE),
        Asked("PUT", "organisation", PEOPLE, ORGANISATION),
        Asked("GET", "background-jobs", PEOPLE),
        Asked("POST", "background-jobs/again", PEOPLE, {"kind": "plan-calendar"}),
        Asked("DELETE", "background-jobs/{job_id}", PEOPLE),
        Asked("GET", "project-numbers/{project_kind}", SIGNED_IN),
        Asked("GET", PROJECT, READ),
        Asked("PATCH", PROJECT, CHARTER, {"name": "改名"}),
        Asked("PUT", f"{PROJECT}/weight", CHARTER, {"weight": "strict"}),
        Asked("PUT", part, CHARTER, {"kind": "support", "duty": "推广"}),
        Asked("DELETE", part, CHARTER),
        Asked("PUT", f"{part}/seats/{{kind}}", CHARTER, {"holder": cast.member.pk}),
        Asked("PUT", f"{part}/seats/{{kind}}/powers", CHARTER, {"may_decide": "物料替换"}),
        Asked("PUT", f"{PROJECT}/roles/{{role}}/{{person_id}}", CHARTER),
        Asked("DELETE", f"{PROJECT}/roles/{{role}}/{{person_id}}", CHARTER),
        Asked("PUT", f"{PROJECT}/scope", CHARTER, {"lines": [{"kind": "in", "text": "样机"}]}),
        Asked("GET", f"{PROJECT}/people", READ),
        Asked("GET", f"{PROJECT}/comments", READ),
        Asked("POST", f"{PROJECT}/comments", READ, {"text": "请看"}),
        Asked("GET", f"{PROJECT}/events", READ),
    ]


def _of_plan(parameters: Mapping[str, Any]) -> list[Asked]:
    cell = {"id": parameters["item_id"], "field": "duration", "value": "4d"}
    return [
        Asked("GET", f"{PROJECT}/tasks", READ),
        Asked("GET", TASK, READ),
        Asked("GET", f"{PROJECT}/plan", READ),
        Asked("GET", f"{PROJECT}/calendar", READ),
        Asked("PUT", f"{PROJECT}/calendar", PLAN, {"calendar": None}),
        Asked("GET", f"{PROJECT}/calendar/days", READ, query="first=2024-03-04&last=2024-03-10"),
        Asked("GET", f"{PROJECT}/holidays", READ),
        Asked("GET", f"{PROJECT}/holidays/leave", READ),
        Asked("GET", f"{TASK}/calendar", READ),
        Asked("PUT", f"{TASK}/calendar", PLAN, {"calendar": None, "follows_owner": True}),
        Asked("DELETE", f"{TASK}/calendar", PLAN),
        Asked("GET", f"{PROJECT}/plan/columns", READ, query="names=supporters,quantity"),
        Asked("GET", f"{PROJECT}/plan/gantt.pdf", READ),
        Asked("GET", f"{PROJECT}/plan/gantt.png", READ),
        Asked("GET", f"{PROJECT}/baselines", READ),
        Asked("GET", f"{PROJECT}/baselines/{{baseline}}/lines", READ),
        Asked("GET", f"{PROJECT}/key-milestones", READ),
        Asked("POST", f"{PROJECT}/key-milestones", PLAN, {"milestones": [{"name": "定型", "due": "2024-03-08"}]}),
        Asked("POST", f"{PROJECT}/plan/commands", PLAN, {"command": "set", "cells": [cell]}),
        Asked("POST", f"{PROJECT}/tasks", PLAN, {"name": "复测", "department": "研发部"}),
        Asked("PATCH", TASK, PLAN, {"duration": "4d"}),
        Asked("DELETE", TASK, PLAN),
    ]


def _of_progress() -> list[Asked]:
    return [
        Asked("GET", "me/tasks", SIGNED_IN),
        Asked("GET", f"{TASK}/progress", READ),
        Asked("POST", f"{TASK}/progress", REPORT, {"state": "doing", "percent": 60}),
        Asked("GET", f"{PROJECT}/board", READ),
        Asked("GET", f"{PROJECT}/tracking", READ),
        Asked("POST", f"{TASK}/assignment", ASSIGN, {"owner": None}),
    ]


def _of_blocks(cast: Cast, parameters: Mapping[str, Any]) -> list[Asked]:
    block, exception = f"{PROJECT}/blocks/{{block_id}}", f"{PROJECT}/exceptions/{{exception_id}}"
    soon = str(clock.today() + timedelta(days=30))
    whom = {"unblocker": {"person": cast.other_head.pk}, "until": f"{soon}T17:00", "reason": "缺样机"}
    words = {"kind": "delay", "reason": "缺人", "impact": "晚一天", "solution": "加人", "expected": soon}
    return [
        Asked("GET", f"{PROJECT}/blocks", READ),
        Asked("GET", block, READ),
        Asked("POST", f"{block}/answer", REPORT, {"answer": "cleared", "outcome": "到了"}),
        Asked("POST", f"{TASK}/block", REPORT, whom, instead={"item_id": "blocked_id"}),
        Asked("POST", f"{TASK}/escalation", ESCALATE, {"reason": "等不了"}),
        Asked("GET", f"{PROJECT}/exceptions", READ),
        Asked("POST", f"{PROJECT}/exceptions", FILE, words | {"task": parameters["item_id"]}),
        Asked("GET", exception, READ),
        Asked("PUT", f"{exception}/handling", FILE, {"measure": "借人", "expected": soon}),
        Asked("POST", f"{exception}/closure", FILE, {"result": "好了"}),
        Asked("POST", f"{exception}/reopening", FILE, {"expected": soon}, instead={"exception_id": "closed_id"}),
    ]


def _of_syncs() -> list[Asked]:
    return [
        Asked("GET", f"{PROJECT}/syncs", READ),
        Asked("GET", f"{PROJECT}/syncs/{{slot}}", READ),
        Asked("GET", f"{PROJECT}/sync-discipline", READ),
        Asked("GET", f"{PROJECT}/sync-rhythm", READ),
        Asked("PUT", f"{PROJECT}/sync-rhythm", CHARTER, {"urgent_at": "16:00"}),
        Asked("DELETE", f"{PROJECT}/sync-rhythm", CHARTER),
        Asked("GET", "sync-rhythm", PEOPLE),
        Asked("PUT", "sync-rhythm", PEOPLE, {"urgent_at": "16:00"}),
    ]


def _of_escalations() -> list[Asked]:
    case, hours = f"{PROJECT}/escalations/{{case_id}}", {"department": 4, "manager": 4, "lead": 8}
    return [
        Asked("GET", f"{PROJECT}/escalations", READ),
        Asked("GET", case, READ),
        Asked("POST", f"{case}/climb", ESCALATE, {"reason": "等不了"}, instead={"case_id": "climbing_id"}),
        Asked("POST", f"{case}/hand-back", DECIDE, {"decision": "由研发部办"}),
        Asked("POST", f"{case}/decision", DECIDE, {"decision": "加一人"}),
        Asked("POST", f"{case}/closure", ESCALATE, {"result": "好了"}),
        Asked("GET", f"{PROJECT}/escalation-limits", READ),
        Asked("PUT", f"{PROJECT}/escalation-limits", CHARTER, hours),
        Asked("DELETE", f"{PROJECT}/escalation-limits", CHARTER),
        Asked("GET", "escalation-limits", PEOPLE),
        Asked("PUT", "escalation-limits", PEOPLE, hours),
    ]


def _of_confirmations(cast: Cast) -> list[Asked]:
    """Everybody in a project may ask; who is not asked, or did not ask, is told so in words (422)."""
    one, due = f"{PROJECT}/confirmations/{{confirmation_id}}", f"{clock.today() + timedelta(days=30)}T17:00"
    asking = {"title": "结论", "text": "上线改到周五", "people": [cast.head.pk], "due": due, "silence": "open"}
    return [
        Asked("GET", "me/confirmations", SIGNED_IN),
        Asked("GET", f"{PROJECT}/confirmations", READ),
        Asked("POST", f"{PROJECT}/confirmations", READ, asking),
        Asked("GET", one, READ),
        Asked("POST", f"{one}/answer", READ, {"answer": "confirmed", "edition": 1}),
        Asked("PUT", f"{one}/text", READ, {"title": "结论", "text": "改到周六", "due": due}),
        Asked("POST", f"{one}/withdrawal", READ, {"reason": "说法有误"}),
    ]


def _of_reports() -> list[Asked]:
    weekly = f"{PROJECT}/reports/weekly"
    return [
        Asked("GET", weekly, READ),
        Asked("GET", f"{weekly}.xlsx", READ),
        *(Asked("GET", f"{weekly}.{ending}", READ) for ending in ("docx", "pdf")),
        Asked("GET", f"{weekly}/editions", READ),
        Asked("PUT", weekly, CHARTER, {"summary": "一切正常"}),
        Asked("POST", f"{weekly}/sending", CHARTER),
        Asked("GET", f"{weekly}/rhythm", READ),
        Asked("PUT", f"{weekly}/rhythm", CHARTER, {"weekday": 4, "at": "16:00"}),
        Asked("POST", f"{weekly}/editions", CHARTER),
    ]


def _of_exchange() -> list[Asked]:
    draft = f"{PROJECT}/imports/{{draft_id}}"
    return [
        Asked("POST", "quick-starts", SIGNED_IN, {"name": "团建", "text": "订车 3天"}),
        Asked("POST", "quick-starts/preview", SIGNED_IN, {"text": "订车 3天"}),
        Asked("GET", f"{PROJECT}/imports", PLAN),
        Asked("GET", "import-choices", SIGNED_IN),
        Asked("GET", draft, PLAN),
        Asked("DELETE", f"{draft}/answers", PLAN, query="issue=x"),
        Asked("PUT", f"{draft}/layout", PLAN, {"sheet": 0}),
        Asked("GET", f"{draft}/issues.xlsx", PLAN),
        Asked("GET", f"{PROJECT}/forms", READ),
        Asked("GET", f"{PROJECT}/notices", PLAN),
        Asked("GET", f"{PROJECT}/notices/start", READ),
        Asked("POST", f"{draft}/answers", PLAN, {"issue": "x", "option": "y"}),
        Asked("POST", f"{draft}/proposals", PLAN),
        Asked("POST", f"{draft}/confirmation", PLAN, {}),
        Asked("DELETE", draft, PLAN),
        Asked("GET", f"{PROJECT}/forms/{{form}}", READ),
    ]


def _of_record() -> list[Asked]:
    return [
        Asked("GET", f"{PROJECT}/record", READ),
        Asked("GET", f"{PROJECT}/record.xlsx", READ),
        Asked("GET", f"{TASK}/record", READ),
        Asked("GET", "record", AUDIT),
        Asked("GET", "record.xlsx", AUDIT),
    ]


def names(cast: Cast, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the names in the routes stand for in a project of support.addresses.inhabited, made where it is not there."""
    there = {} if "blocked_id" in parameters else still_open(cast, Project.objects.get(number=parameters["number"]))
    return {
        **parameters,
        **there,
        "department_id": cast.marketing.pk,
        "kind": "head",
        "project_kind": "process",
        "baseline": 0,
        "role": "observer",
        "person_id": cast.owner.pk,
        "year": 2026,
        "template": "complaint-response",
        "job_id": _failed_job(),
    }


def _failed_job() -> int:
    row = {"at": NOW, "next_at": NOW, "dead_at": NOW, "lane": Due.Lane.SOON}
    return Due.objects.get_or_create(kind="plan-calendar", key=1, defaults=row)[0].pk
