"""A foreign project whose every text is a canary: nobody else's page, list, count, export, error or answer knows of it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import ndiff
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from support.addresses import Address, addresses, commented, inhabited
from support.api import BASE, program_of
from support.asked import still_open
from support.cast import NOW, Cast, launch_project
from support.operations import names, requests
from support.plans import set_one
from support.web import client_of
from tongzhou.charters.models import Charter, CharterPart, CharterVersion, DutyStatement
from tongzhou.exchange.models import ForeignTask, ProjectTemplate
from tongzhou.lib import clock
from tongzhou.people.models import ApiToken, Department, IdempotentAnswer, Leave, Preference, User
from tongzhou.plan.actions import MilestoneSpec, Report, set_key_milestones
from tongzhou.plan.models import Claim, WorkItem
from tongzhou.progress.actions import Asking, Words, report_progress
from tongzhou.projects.actions import ScopeLine, add_comment, set_scope
from tongzhou.projects.actions.filters import save_filter
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import About
from tongzhou.projects.queries.filters import SavedFilter
from tongzhou.signoffs.actions import Origin, Said, sign_place, withdraw_signature
from tongzhou.signoffs.models import Ending, Sheet, Viewing
from tongzhou.timeline.actions import lifted
from tongzhou.timeline.models import Change, Event

# What is typed into search boxes, and what must not come back. Every canary begins with the one and ends with the other.
ASKED, SECRET = "pip7", "zqx4k"
# Everybody's: who works here is no secret. What is kept only as a hash or as a name of a file on the server is no text.
SHARED = {"User", "Department", "WorkCalendar", "CalendarDay", "StatutoryDay", "StatutoryYear", "Organisation", "NumberCounter"}
NO_TEXT = {"rank", "token_hash", "stored_name", "fingerprint", "sort_key", "subject_type", "object_type", "ending"}
FIRMS = ("constraint", "state", "kind", "weight", "may_decide", "urgency", "scopes", "key")
# Files: taking one out is itself recorded, and a file has a name and a time of its own.
RECORDED = {
    "basic_information",
    "charter_paper",
    "commitments_paper",
    "export_file",
    "gantt_pdf",
    "duty_paper",
    "memo_paper",
    "minutes_file",
    "paper_file",
    "projects_export",
    "report_file",
    "table_paper",
}
QUERIES = (
    "",
    f"q={ASKED}",
    f"text={ASKED}&people={ASKED}",
    "view=mine&state=doing&group=owner&sort=name",
    "page=2&date=2024-03-06",
)
HEADERS: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true"}, {"Accept": "application/json"})


def foreign_project(cast: Cast) -> tuple[Project, dict[str, Any]]:
    """A project of the cast with something in every table, in which neither the stranger nor the member takes part."""
    project, parameters = inhabited(cast, "F-1")
    project.roles.filter(user=cast.member).delete()
    design = WorkItem.objects.get(pk=parameters["item_id"])
    words = Words(done="x", problem="x", help_needed="x", blocking=Asking(cast.liaison.pk, None, NOW + timedelta(days=1)))
    report_progress(by=cast.owner, item=design, report=Report("blocked", 3000), words=words, status_date=NOW.date(), now=NOW)
    sheet = Sheet.objects.get(pk=parameters["sheet_id"])
    _signed(cast, sheet)
    _promised(cast, project, sheet, design)
    subject = About("work_item", design.pk, design.name)
    add_comment(by=cast.manager, project=project, on=subject, text=f"@{cast.owner.name} 看", now=NOW)
    set_scope(by=cast.manager, project=project, lines=[ScopeLine("in", "x"), ScopeLine("out", "x")], now=NOW)
    set_key_milestones(by=cast.manager, project=project, milestones=[MilestoneSpec("x", NOW.date(), None)], now=NOW)
    set_one(cast.manager, project, "测试", "supporters", f"{cast.liaison.name}(x); 市场部")
    manager = client_of(cast.manager)
    ForeignTask.objects.create(project=project, tag="x", number=1, item=design.pk)
    written = {name: "x" for name in ("summary", "measures", "coordination", "next_week")}
    assert manager.post(f"/projects/{project.number}/report/edit/", {**written, "version": "0"}).status_code == 302
    assert manager.post(f"/projects/{project.number}/report/send/").status_code == 302
    return project, parameters | still_open(cast, project)


def _promised(cast: Cast, project: Project, sheet: Sheet, item: WorkItem) -> None:
    """Write in the project's charter, give it to be signed, see it, and claim a task."""
    charter = Charter.objects.create(project=project)
    CharterPart.objects.create(charter=charter, kind="risks", text="x", written_at=NOW, written_by=cast.manager)
    CharterVersion.objects.create(charter=charter, sheet=sheet)
    said = {"content": {"basics": {"name": "x"}, "roles": [], "departments": []}, "digest": "x", "published_by_name": "x"}
    DutyStatement.objects.create(project=project, version=1, published_at=NOW, published_by=cast.manager, **said)
    Viewing.objects.create(sheet=sheet, person=cast.general_lead, digest=sheet.digest, at=NOW)
    Claim.objects.create(work_item=item, department=cast.rd, answer="claimed", output="x", reason="x", at=NOW, by=cast.liaison)


def _signed(cast: Cast, sheet: Sheet) -> None:
    """Sign the project's sheet, take it back, and sign again."""
    place, said, origin = sheet.places.get(), Said("approve", sheet.digest, "x"), Origin("password", NOW, "x", "x", "x")
    first = sign_place(by=cast.general_lead, place=place, said=said, origin=origin, now=NOW)
    with lifted(connection):
        Ending.objects.all().delete()
    withdraw_signature(by=cast.general_lead, signature=first, reason="x", now=NOW)
    sign_place(by=cast.general_lead, place=place, said=said, origin=origin, now=NOW)


def rows_of(project: Project) -> Iterator[tuple[type[models.Model], models.QuerySet[Any]]]:
    """Yield every table whose rows belong to the project, with them."""
    for model in apps.get_models():
        way = _way(model, frozenset())
        if model is Project:
            yield model, Project.objects.filter(pk=project.pk)
        elif way is not None and model._meta.app_config.name.startswith("tongzhou."):  # type: ignore[union-attr]
            yield model, model._default_manager.filter(**{way: project.pk})


def _way(model: type[models.Model], seen: frozenset[type[models.Model]]) -> str | None:
    """Return the chain of foreign keys from a table to the project's."""
    keys = [field for field in model._meta.fields if isinstance(field, models.ForeignKey)]
    for field in keys:
        if field.related_model is Project:
            return field.name
    for field in keys:
        other = field.related_model
        if isinstance(other, type) and other.__name__ not in SHARED and other not in seen | {model}:
            way = _way(other, seen | {model})
            if way is not None:
                return f"{field.name}__{way}"
    return None


def texts_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the fields in which people's words stand."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [
        field
        for field in model._meta.fields
        if isinstance(field, kinds) and not field.choices and field.name not in (*NO_TEXT, *FIRMS)
    ]


def sing(queryset: models.QuerySet[Any], fields: list[models.Field[Any, Any]]) -> list[str]:
    """Write a canary into each text of each row; return "Model.field" of what was written."""
    sung = []
    for field in fields:
        for key in queryset.values_list("pk", flat=True):
            word = f"{ASKED}{key}{SECRET}"
            value: Any = word
            if isinstance(field, models.JSONField):
                value = _in_json(queryset.values_list(field.name, flat=True).get(pk=key), word)
            queryset.model._default_manager.filter(pk=key).update(**{field.name: value})
            sung.append(f"{queryset.model.__name__}.{field.name}")
    return sung


def _in_json(value: Any, word: str) -> Any:
    if isinstance(value, dict):
        return {key: _in_json(inner, word) for key, inner in value.items()} | {"name": word}
    if isinstance(value, list):
        return [_in_json(inner, word) for inner in value]
    return word if isinstance(value, str) else value


def make_canaries(cast: Cast) -> tuple[Project, dict[str, Any], set[str]]:
    """Make the foreign project and turn each of its words into a canary."""
    project, parameters = foreign_project(cast)
    sung: list[str] = []
    with lifted(connection):
        events = Event.objects.filter(project_id=project.pk)
        changes = Change.objects.filter(event__in=events)
        sung += sing(changes, texts_of(Change))
        sung += sing(events, [field for field in texts_of(Event) if field.name != "data" and "actor" not in field.name])
        for model, rows in rows_of(project):
            sung += sing(rows, texts_of(model))
    secret = f"{ASKED}{SECRET}"
    save_filter(by=cast.manager, wanted=SavedFilter(secret, f"q={secret}"), now=NOW)
    ApiToken.objects.create(user=cast.manager, name=secret, token_hash="y" * 64, made_at=NOW, expires_at=NOW)
    Preference.objects.create(user=cast.manager, key="plan.columns", value={"x": secret})
    IdempotentAnswer.objects.create(user=cast.manager, key=secret, fingerprint="y", status=200, headers={}, body=secret, at=NOW)
    project.refresh_from_db()
    assert SECRET in project.number
    return project, parameters | {"number": project.number}, set(sung)


def text_of(answer: HttpResponse) -> str:
    """Return all that an answer tells: headers, body, the parts of an archive, the streams of a PDF document."""
    body = b"".join(answer)
    parts = [str(sorted(answer.items())).encode(), body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts += [*(name.encode() for name in archive.namelist()), *(archive.read(name) for name in archive.namelist())]
    if body.startswith(b"%PDF"):
        parts += [_inflated(stream) for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.DOTALL)]
    return b"\n".join(parts).decode("utf-8", "replace").lower()


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def visits(own: dict[str, Any], foreign: dict[str, Any]) -> Iterator[tuple[Address, dict[str, Any]]]:
    """Yield each address with the parameters of both projects, and with foreign ids in one's own path."""
    for address in addresses():
        given = [own, foreign, *({**own, name: foreign[name]} for name in address.parameters if name.endswith("_id"))]
        shown = {tuple(one[name] for name in address.parameters): one for one in given}
        for parameters in shown.values():
            yield address, parameters


def ask(client: Client, address: Address, parameters: dict[str, Any], query: str, headers: dict[str, str]) -> HttpResponse:
    path = reverse(address.name, kwargs={name: parameters[name] for name in address.parameters})
    answer: HttpResponse = client.get(f"{path}?{query}" if query else path, headers=headers)
    return answer


@pytest.fixture
def own(cast: Cast) -> dict[str, Any]:
    _project, parameters = inhabited(cast)
    return parameters


def test_every_text_of_every_table_is_a_canary(cast: Cast, own: dict[str, Any]) -> None:
    _project, _parameters, sung = make_canaries(cast)
    wanted = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("tongzhou.") and _way(model, frozenset()) is not None
        for field in texts_of(model)
    }
    assert wanted - sung == set()
    assert {"Project.number", "WorkItem.remark", "Comment.text", "ProgressUpdate.problem", "WeeklyReport.summary"} <= sung


@pytest.mark.parametrize("person", ["stranger", "member"])
def test_no_page_sings(cast: Cast, own: dict[str, Any], person: str) -> None:
    _project, foreign, _sung = make_canaries(cast)
    client, heard, seen = client_of(getattr(cast, person)), [], 0
    for address, parameters in visits(own, foreign):
        for query in QUERIES:
            for headers in HEADERS if not query else HEADERS[:1]:
                answer = ask(client, address, parameters, query, headers)
                seen += answer.status_code == 200
                if SECRET in text_of(answer):
                    heard.append((address.name, parameters["number"], query, headers, answer.status_code))
    assert heard == []
    assert seen > 100


# Whoever hands over what a leaver had to do sees what it is: docs/roles.md.
TOLD_TO_ADMINISTRATORS = {"people/{person_id}/open-work"}


@pytest.mark.parametrize("person", ["stranger", "member", "administrator"])
def test_no_operation_sings(cast: Cast, own: dict[str, Any], person: str) -> None:
    project, foreign, _sung = make_canaries(cast)
    project.roles.filter(user=cast.administrator).delete()
    program, heard, seen = program_of(getattr(cast, person)), [], 0
    known = names(cast, own)
    for asked in requests(cast, known):
        for given in (known, names(cast, foreign), known | {"item_id": foreign["item_id"]}):
            for query in ("", f"?q={ASKED}", f"?number={ASKED}&limit=200"):
                answer = program.ask(asked.method, asked.route.format(**given) + query, asked.body)
                seen += answer.status_code < 300
                told = person == "administrator" and asked.route in TOLD_TO_ADMINISTRATORS
                said = text_of(answer)
                if person == "administrator" and asked.route == "record.xlsx":
                    # What people call filters of their own stands in the record of the organisation, which is hers.
                    said = said.replace(f"{ASKED}{SECRET}", "")
                if SECRET in said and not told:
                    heard.append((asked.method, asked.route, query, answer.status_code))
    assert heard == []
    assert seen > 20
    assert SECRET not in text_of(program.ask("GET", f"projects/{project.number}"))


def test_no_form_sings(cast: Cast, own: dict[str, Any]) -> None:
    """Foreign ids and numbers in the bodies of forms: what is refused does not say what it found."""
    _project, foreign, _sung = make_canaries(cast)
    item, comment = foreign["item_id"], foreign["comment_id"]
    client, heard = client_of(cast.manager), []
    project = Project.objects.get(pk=WorkItem.objects.get(pk=item).project_id)
    project.roles.filter(user=cast.manager).delete()
    fields = {
        "parent": item,
        "before": item,
        "task": item,
        "item": item,
        "subject": item,
        "type": "work_item",
        "predecessors": item,
    }
    for address in addresses():
        if "number" in address.parameters:
            answer = ask_post(
                client, address, own, {**fields, "name": "x", "text": "x", "id": comment, "part": foreign["part_id"]}
            )
            if SECRET in text_of(answer):
                heard.append((address.name, answer.status_code))
    commands = f"/projects/{own['number']}/plan/commands/"
    for body in (
        {"command": "remove", "ids": [item]},
        {"command": "move", "ids": [item], "parent": own["item_id"], "before": None},
        {"command": "move", "ids": [own["item_id"]], "parent": item, "before": None},
        {"command": "insert", "parent": item, "before": None, "rows": [{"name": "x"}]},
        {"command": "set", "cells": [{"id": item, "field": "name", "value": "x"}]},
        {"command": "paste", "anchor": item, "columns": ["name"], "rows": [["x"]]},
    ):
        answer = client.post(commands, body, content_type="application/json")
        assert answer.status_code in (404, 422), body
        if SECRET in text_of(answer):
            heard.append(("plan_commands", answer.status_code))
    assert heard == []


def ask_post(client: Client, address: Address, parameters: dict[str, Any], fields: dict[str, Any]) -> HttpResponse:
    path = reverse(address.name, kwargs={name: parameters[name] for name in address.parameters})
    answer: HttpResponse = client.post(path, fields)
    return answer


def masked(text: str) -> str:
    """Leave out what is new with each answer: tokens against forged requests and what the server measured."""
    text = re.sub(r'csrfmiddlewaretoken" value="\w+"|x-csrftoken": "\w+"|csrf-token" content="\w+"', "", text)
    text = re.sub(r"\('(server-timing|expires)', '[^']*'\)|<xmp:\w+date>[^<]*<|/(mod|creation)date\([^)]*\)", "", text)
    return re.sub(r"\d{4}-\d\d-\d\dt\d\d:\d\d:[\d.]+(\+00:00|z)", "", text)


@pytest.mark.parametrize("person", ["stranger", "member"])
def test_every_count_is_what_it_was_before(cast: Cast, own: dict[str, Any], person: str) -> None:
    """The pages are the same before and after the foreign project came, byte for byte: its every count and badge too."""
    client = client_of(getattr(cast, person))

    def pages() -> dict[tuple[str, str], str]:
        found = {}
        for address in addresses():
            for query in ("", "q=设计"):
                if address.name not in RECORDED:
                    found[address.name, query] = masked(text_of(ask(client, address, own, query, {})))
        return found

    kept = ProjectTemplate.objects.values_list("pk", flat=True).get()
    with clock.pretend(NOW):
        pages()
        before = pages()
    foreign_project(cast)
    launch = launch_project(cast, date(2024, 4, 2))
    # A leave, a token, a passkey and a template of one's own are no part of a project.
    ProjectTemplate.objects.exclude(pk=kept).delete()
    Authenticator.objects.filter(pk__gt=own["passkey_id"]).delete()
    Leave.objects.filter(pk__gt=own["leave_id"]).delete()
    ApiToken.objects.filter(pk__gt=own["token_id"]).delete()
    launch.roles.filter(user__in=[cast.member, cast.stranger]).delete()
    commented(launch, cast.manager)
    with clock.pretend(NOW):
        after = pages()
    assert {key: _difference(before[key], after[key]) for key in before if before[key] != after[key]} == {}


def _difference(before: str, after: str) -> list[str]:
    """Return what two pages do not share, word by word."""
    first, second = re.split(r"(?=<)|\s", before), re.split(r"(?=<)|\s", after)
    return [word for word in ndiff(first, second) if word[0] in "+-"][:40]


def test_people_and_departments_show_nothing_of_it(cast: Cast, own: dict[str, Any]) -> None:
    """Who works there is known; where she takes part is not."""
    make_canaries(cast)
    for viewer in (cast.stranger, cast.member):
        client = client_of(viewer)
        for person in User.objects.values_list("pk", flat=True):
            assert SECRET not in text_of(client.get(f"/people/{person}/"))
        for department in Department.objects.values_list("pk", flat=True):
            assert SECRET not in text_of(client.get(f"/departments/?department={department}"))
        assert SECRET not in text_of(client.get(f"{BASE}people?q={ASKED}"))
