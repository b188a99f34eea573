"""Every address of the product, as the resolver knows it, and how it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from support.agreed import AGREED, agreed
from support.asked import laddered
from support.cast import NOW, Cast, planned_project, task
from support.claimed import claim_attempts
from support.kept import TEMPLATE_ATTEMPTS, TEMPLATE_POSTS, kept_template
from support.met import meeting_attempts
from support.papered import PAPER_ATTEMPTS, papered
from support.promised import CHARTER_ATTEMPTS, PROMISED
from support.provided import provided, provided_attempts
from support.softkey import SoftKey
from support.syncs import RHYTHM_ATTEMPTS
from tongzhou.exchange.models import ImportDraft
from tongzhou.lib import clock
from tongzhou.lib.access import declared_access
from tongzhou.notifications.models import Delivery, Notice
from tongzhou.people.models import ApiToken, Leave, User, WorkCalendar
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import add_comment
from tongzhou.projects.models import Comment, Project
from tongzhou.projects.queries.comments import About as Commented
from tongzhou.signoffs.actions import About, Content, Course, open_sheet
from tongzhou.signoffs.models import Delegation, Sheet

TOKEN = {"name": "脚本", "scopes": ["read"], "made_at": NOW, "expires_at": NOW}
READ, PLAN, CHARTER = "read project plan, tasks", "create/edit WBS", "edit charter draft"
FILE, ESCALATE, DECIDE = "file exception report", "escalate step 1/2/3", "decide at GL level"
ASSIGN, REPORT, PEOPLE = "claim/assign task in department", "update progress/blocked", "users, roles, org tree"
APPROVE, SIGN, AUDIT = "approve task list for release (总负责人审批后发布)", "sign charter / memo", "audit log read / verify"

# What everybody who reads a project may do there, and what answers no GET.
POSTED = {"minutes_answer", "comment", "confirmation_answer", "confirmation_withdrawal", "sheet_seen"}


@dataclass(frozen=True)
class Address:
    """A route with the names of its parameters and the row of the table of rights that its view declares."""

    name: str
    route: str
    access: str | None

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"<\w+:(\w+)>", self.route))


@dataclass(frozen=True)
class Attempt:
    """A request to an address, and the row of the table that it falls under. `body` is sent as JSON, `fields` as a form."""

    name: str
    row: str
    method: str = "get"
    fields: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    anywhere: bool = False
    """Open to whom the table lets do it in any department: the page names none yet."""

    def send(self, client: Client, parameters: Mapping[str, Any], **headers: str) -> HttpResponse:
        path = reverse(self.name, kwargs={key: parameters[key] for key in parameters_of(self.name)})
        answer: HttpResponse
        if self.body is not None:
            answer = client.post(path, json.dumps(self.body), content_type="application/json", headers=headers)
        else:
            answer = getattr(client, self.method)(path, self.fields, headers=headers)
        return answer


@cache
def addresses() -> tuple[Address, ...]:
    """Return the addresses of pages; those of the API are in support/operations.py."""
    return tuple(one for one in _walk(get_resolver().url_patterns, "") if not one.route.startswith("api/v1/"))


@cache
def parameters_of(name: str) -> tuple[str, ...]:
    return next(address.parameters for address in addresses() if address.name == name)


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield Address(pattern.name or route, route, declared_access(pattern.callback))


def inhabited(cast: Cast, number: str = "S-1", weight: str = "standard") -> tuple[Project, dict[str, Any]]:
    """Return a project that has everything an address can name, and the parameters that name it.

    The task is 设计 of 研发部, owned by the task owner; the participation is 市场部's.
    """
    project = planned_project(cast, number, weight)
    asked = laddered(cast, project) | provided(cast, project) | agreed(cast, project)
    draft = ImportDraft.objects.create(
        project=project,
        file_name="计划.xlsx",
        stored_name=f"{number}.xlsx",
        size=1,
        uploaded_by=cast.manager,
        uploaded_at=NOW,
        cells=[],
    )
    sheet, delegation = signable(cast, project)
    return project, asked | PROMISED | kept_template(cast) | papered(cast.manager, project) | {
        "number": number,
        "sheet_id": sheet.pk,
        "delegation_id": delegation.pk,
        "form": "complete",
        "item_id": task(project, "设计").pk,
        "calendar_id": _calendar(),
        "part_id": project.participations.get(department=cast.marketing).pk,
        "draft_id": draft.pk,
        "comment_id": commented(project, cast.manager).pk,
        "person_id": cast.owner.pk,
        "token": "x" * 32,
        "department_id": cast.rd.pk,
        "leave_id": Leave.objects.create(user=cast.owner, first=date(2024, 5, 6), last=date(2024, 5, 8)).pk,
        "key": "plan.columns",
        "passkey_id": passkey_of(cast.stranger).pk,
        "delivery_id": _delivery(cast, number),
        "token_id": ApiToken.objects.create(**TOKEN, user=cast.stranger, token_hash=f"{number:x<64}").pk,
    }


def passkey_of(person: User) -> Authenticator:
    """Return a passkey of a person, which nobody can use."""
    data = {"name": "电脑", "credential": SoftKey().made("AAAA")}
    found: Authenticator = Authenticator.objects.create(user=person, type="webauthn", data=data, created_at=NOW)
    return found


def signable(cast: Cast, project: Project) -> tuple[Sheet, Delegation]:
    """A sheet that waits for the general lead, and a delegation of the head's seat."""
    shared = {"items": [{"id": 1, "name": "设计", "finish": "2024-03-06"}]}
    content = Content(shared, "<article>设计</article>", labels={"finish": "完成"})
    about, course = About("paper", project.pk, "样机清单"), Course(("role:general_lead",))
    sheet = open_sheet(by=cast.manager, project=project, about=about, content=content, course=course, now=NOW)
    days = {"first": date(2024, 3, 1), "last": date(2199, 3, 1)}
    given = {"project": project, "seat": f"head:{cast.rd.pk}", "made_at": NOW, "act_number": 0}
    return sheet, Delegation.objects.create(principal=cast.head, delegate=cast.head, **given, **days)


def for_all() -> dict[str, str]:
    """Return the methods of the addresses that are open to all who are signed in, and not asked for by GET."""
    own = ("token_revoke", "inbox_read", "passkey_challenge", "my_totp_removal", "my_passkey_challenge", "my_passkey")
    return TEMPLATE_POSTS | dict.fromkeys((*own, "my_passkey_removal", "my_recovery_codes"), "post")


def _set_cell(field: str, value: object) -> dict[str, Any]:
    """Return the command that sets a cell of the task."""
    key = WorkItem.objects.filter(name="设计").values_list("pk", flat=True).first()
    return {"command": "set", "cells": [{"id": key, "field": field, "value": value}]}


def commented(project: Project, by: User) -> Comment:
    about = Commented("project", project.pk, project.name)
    return add_comment(by=by, project=project, on=about, text="请看", now=NOW)


def _calendar() -> int:
    return WorkCalendar.objects.get_or_create(name="门店", defaults={"pattern": "one_day"})[0].pk


def _delivery(cast: Cast, number: str) -> int:
    """A mail to the owner that did not go out."""
    notice = Notice.objects.create(person=cast.owner, source=f"test:{number}", kind="mention", title="提到你", at=NOW)
    return Delivery.objects.create(notice=notice, channel="mail", due_at=NOW, state="failed").pk


def _calendar_attempts(cast: Cast) -> list[Attempt]:
    return [
        Attempt("calendar_new", PEOPLE),
        Attempt("calendar_new", PEOPLE, "post", {"name": "车间", "pattern": "one_day", "confirm": "1"}),
        Attempt("calendar_edit", PEOPLE),
        Attempt("calendar_edit", PEOPLE, "post", {"name": "门店", "pattern": "two_days", "confirm": "1"}),
        Attempt("calendar_remove", PEOPLE, "post"),
        Attempt("calendar_department", PEOPLE, "post", {"department": cast.rd.pk, "confirm": "1"}),
        Attempt("calendar_notice", PEOPLE),
        Attempt("calendar_notice", PEOPLE, "post", {"text": "一、元旦：1月1日放假。", "year": "2027"}),
        Attempt("task_calendar", PLAN, "post", {"follows_owner": "on"}),
        Attempt("project_calendar", PLAN),
        Attempt("project_calendar", PLAN, "post", {"choice": "own", "days": "2026-03-07 上班", "confirm": "1"}),
    ]


def attempts(cast: Cast) -> list[Attempt]:
    """Return how each address is used as it is meant, at least once."""
    return [
        *(Attempt(address.name, READ) for address in addresses() if address.access == READ and address.name not in POSTED),
        *(Attempt(name, READ, "post", {"text": "改了"}) for name in ("comments", "comment")),
        *_of_confirmations(cast),
        *_of_escalations(),
        *_of_blocks(cast),
        *_of_projects(cast),
        *_of_reports(),
        *_calendar_attempts(cast),
        *_of_plan(cast),
        *(*_of_import(), *_of_progress(cast)),
        *_of_people(cast),
        *(*_of_notices(), *_of_signing(cast)),
        *(Attempt(*one) for one in meeting_attempts(cast)),
        *(Attempt(*one) for one in (*CHARTER_ATTEMPTS, *PAPER_ATTEMPTS, *TEMPLATE_ATTEMPTS, *AGREED, *provided_attempts(cast))),
    ]


def _of_notices() -> list[Attempt]:
    choices = {"pace": "now", "hour": "9", "weekday": "0", "quiet_from": "20:00", "quiet_to": "08:00"}
    return [
        Attempt("choice_defaults", PEOPLE),
        Attempt("choice_defaults", PEOPLE, "post", choices),
        Attempt("deliveries", PEOPLE),
        Attempt("delivery_again", PEOPLE, "post"),
        Attempt("test_message", PEOPLE, "post", {"channel": "mail"}),
    ]


def _of_signing(cast: Cast) -> list[Attempt]:
    shown = {"decision": "approve", "digest": "0" * 64}
    days = {"delegate": cast.member.pk, "first": "2199-01-01", "last": "2199-01-02"}
    return [
        Attempt("sheet_sign", APPROVE, "post", shown),
        Attempt("sheet_withdraw", APPROVE, "post"),
        Attempt("sheet_void", CHARTER, "post", {"reason": "重写"}),
        Attempt("sheet_verification", AUDIT),
        Attempt("sheet_evidence", AUDIT),
        Attempt("chain", AUDIT),
        Attempt("delegations", SIGN, anywhere=True),
        Attempt("delegations", SIGN, "post", days, anywhere=True),
        Attempt("delegation_end", SIGN, "post"),
        *(Attempt(*one) for one in claim_attempts(WorkItem.objects.filter(name="设计").values_list("pk", flat=True).first())),
    ]


def _of_confirmations(cast: Cast) -> list[Attempt]:
    """Everybody in a project may ask; who is not asked, or did not ask, is told so in words (422)."""
    asked = {"title": "结论", "text": "上线改到周五", "people": cast.head.pk, "due": "2024-03-05T17:00", "silence": "open"}
    return [
        Attempt("confirmation_new", READ, "post", asked),
        Attempt("confirmation_answer", READ, "post", {"answer": "confirmed", "edition": "1"}),
        Attempt("confirmation_text", READ, "post", {"title": "结论", "text": "改到周六", "due": "2024-03-05T17:00"}),
        Attempt("confirmation_withdrawal", READ, "post", {"reason": "说法有误"}),
    ]


def _of_escalations() -> list[Attempt]:
    hours = {"department": "4", "manager": "4", "lead": "8"}
    return [
        Attempt("case_climb", ESCALATE, "post", {"reason": "等不了"}),
        Attempt("case_closure", ESCALATE, "post", {"result": "好了"}),
        Attempt("case_hand_back", DECIDE, "post", {"decision": "由研发部办"}),
        Attempt("case_decision", DECIDE, "post", {"decision": "加一人"}),
        Attempt("case_limits", CHARTER, "post", hours),
        Attempt("escalation_limits", PEOPLE),
        Attempt("escalation_limits", PEOPLE, "post", hours),
        *(Attempt(*one) for one in (*RHYTHM_ATTEMPTS, ("task_escalation", ESCALATE))),
        Attempt("task_escalation", ESCALATE, "post", {"reason": "等不了"}),
    ]


def _of_blocks(cast: Cast) -> list[Attempt]:
    whom = {"unblocker": f"person-{cast.other_head.pk}", "until": "2024-03-05T17:00", "reason": "缺样机"}
    key = WorkItem.objects.filter(name="设计").values_list("pk", flat=True).first()
    soon = clock.today() + timedelta(days=30)
    words = {"kind": "delay", "reason": "缺人", "impact": "晚一天", "solution": "加人", "expected": str(soon)}
    handling = {"measure": "借人", "expected": str(soon)}
    return [
        Attempt("task_block", REPORT),
        Attempt("task_block", REPORT, "post", whom),
        Attempt("block_answer", REPORT, "post", {"answer": "cleared"}),
        Attempt("exception_new", FILE, anywhere=True),
        Attempt("exception_new", FILE, "post", {**words, "task": str(key), "department": cast.rd.pk}),
        Attempt("exception_handling", FILE, "post", handling),
        Attempt("exception_closure", FILE, "post", {"result": "好了"}),
        Attempt("exception_reopening", FILE, "post"),
    ]


def _of_projects(cast: Cast) -> list[Attempt]:
    basics = {"name": "改名", "kind": "project", "deviation_threshold": "10"}
    return [
        Attempt("project_basics", CHARTER, "post", basics),
        Attempt("project_weight", CHARTER, "post", {"weight": "strict"}),
        Attempt("participation", CHARTER, "post", {"department": cast.departments["销售部"].pk, "kind": "support"}),
        Attempt("participation_remove", CHARTER, "post"),
        Attempt("seat", CHARTER, "post", {"kind": "head", "holder": cast.member.pk}),
        Attempt("role", CHARTER, "post", {"person": cast.member.pk, "role": "observer"}),
        Attempt("role_remove", CHARTER, "post", {"person": cast.member.pk, "role": "member"}),
        Attempt("organisation", PEOPLE),
        Attempt("background", PEOPLE),
        Attempt("background_again", PEOPLE, "post", {"kind": "event"}),
        Attempt("background_drop", PEOPLE, "post", {"id": "1"}),
        Attempt("organisation", PEOPLE, "post", {"name": "同舟"}),
    ]


def _of_reports() -> list[Attempt]:
    return [
        Attempt("report_edit", CHARTER),
        Attempt("report_rhythm", CHARTER),
        Attempt("report_rhythm", CHARTER, "post", {"on": "on", "weekday": "3", "at": "16:00", "day_off": "skip"}),
        Attempt("report_edit", CHARTER, "post", {"summary": "一切正常", "version": "0"}),
        Attempt("report_send", CHARTER, "post", {"week": "2024-W10"}),
        Attempt("report_reopen", CHARTER, "post", {"week": "2024-W10"}),
    ]


def _of_plan(cast: Cast) -> list[Attempt]:
    details = {"name": "结构设计", "urgency": "regular", "department": cast.rd.pk}
    return [
        Attempt("task_new", PLAN, anywhere=True),
        Attempt("task_new", PLAN, "post", {"name": "复测", "department": cast.rd.pk}),
        Attempt("task_preview", PLAN, "post", body={"field": "duration", "value": 2}),
        Attempt("task_preview", ASSIGN, "post", body={"field": "owner", "value": None}),
        Attempt("task_preview", REPORT, "post", body={"field": "percent", "value": 50}),
        Attempt("task_edit", PLAN, "post", body={"field": "duration", "value": 2}),
        Attempt("task_edit", ASSIGN, "post", body={"field": "owner", "value": cast.member.pk}),
        Attempt("task_edit", REPORT, "post", body={"field": "percent", "value": 50}),
        Attempt("plan_commands", PLAN, "post", body=_set_cell("duration", 2)),
        Attempt("plan_commands", ASSIGN, "post", body=_set_cell("owner", None)),
        Attempt("plan_commands", REPORT, "post", body=_set_cell("percent", 50)),
        Attempt("task_details", PLAN),
        Attempt("task_details", PLAN, "post", details),
        Attempt("task_remove", PLAN, "post"),
    ]


def _of_import() -> list[Attempt]:
    return [
        Attempt("import_upload", PLAN),
        Attempt("import_upload", PLAN, "post"),
        Attempt("import_preview", PLAN),
        *(Attempt("import_answer", PLAN, "post"), Attempt("import_layout", PLAN, "post")),
        *(Attempt("notices", PLAN), Attempt("notice_links", PLAN, "post")),
        Attempt("import_adopt", PLAN, "post"),
        Attempt("import_confirmation", PLAN, "post"),
        *(Attempt("import_discard", PLAN, "post"), Attempt("import_issues", PLAN)),
    ]


def _of_progress(cast: Cast) -> list[Attempt]:
    return [
        Attempt("progress", REPORT),
        Attempt("progress", REPORT, "post", {"state": "doing", "percent": "60"}),
        Attempt("task_assign", ASSIGN, "post", body={"owner": cast.member.pk}),
        Attempt("task_report", REPORT, "post", body={"percent": 50}),
    ]


def _of_people(cast: Cast) -> list[Attempt]:
    """Return how the administrator's pages are used: those of the people room, and the record across projects."""
    return [
        Attempt("audit", AUDIT),
        Attempt("audit_xlsx", AUDIT),
        Attempt("administration", PEOPLE),
        Attempt("department_new", PEOPLE),
        Attempt("department_new", PEOPLE, "post", {"name": "法务部"}),
        Attempt("department", PEOPLE),
        Attempt("department", PEOPLE, "post", {"name": "研发中心", "is_active": "on"}),
        Attempt("person_new", PEOPLE),
        Attempt("person_new", PEOPLE, "post", {"name": "新人"}),
        Attempt("people_import", PEOPLE),
        Attempt("people_import", PEOPLE, "post", {"text": "姓名,部门\n新人,研发部"}),
        Attempt("people_import_confirmation", PEOPLE, "post"),
        Attempt("people_form_xlsx", PEOPLE),
        Attempt("people_xlsx", PEOPLE),
        Attempt("person_edit", PEOPLE),
        Attempt("person_edit", PEOPLE, "post", {"name": "郑十一", "login": "zhengshi"}),
        Attempt("person_disabled", PEOPLE, "post"),
        Attempt("person_enabled", PEOPLE, "post"),
        Attempt("hand_over", PEOPLE),
        Attempt("hand_over", PEOPLE, "post", {"successor": "chengyuan", "chosen": "department-1"}),
        Attempt("person_leave", PEOPLE, "post", {"first": "2024-03-04", "last": "2024-03-05"}),
        Attempt("person_leave_cancel", PEOPLE, "post"),
        Attempt("person_sessions", PEOPLE, "post"),
        Attempt("person_factors", PEOPLE, "post", {"what": "signing_code"}),
        Attempt("sign_in_link", PEOPLE, "post"),
        Attempt("sign_in_links", PEOPLE),
        Attempt("sign_in_links", PEOPLE, "post", {"people": cast.owner.pk}),
    ]
