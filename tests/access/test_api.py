"""The API: the table of rights at every operation, one way in, no write twice, no write over somebody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from access.test_rights import PEOPLE, rights
from support.addresses import inhabited
from support.api import BASE, Program, program_of
from support.cast import Cast
from support.checks import refused, unchanged
from support.operations import Asked, names, requests
from support.provided import ANSWERED
from support.web import BAD_BODIES, client_of
from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, declared_access
from tongzhou.people.actions import make_api_token, revoke_api_token
from tongzhou.people.models import ApiToken, IdempotentAnswer, User
from tongzhou.people.queries.tokens import tokens_of
from tongzhou.projects.actions import change_basics, take_role
from tongzhou.projects.models import Project
from tongzhou.shell.api import guide_groups, operations

# What a good request meets in a project whose week was not sent yet, and whose draft has nothing in it.
NOTHING_YET = {200, 204, 422}
# Only who is asked answers, and only who asked changes it: the others are told so; who asks does not name herself.
ASKED = {200, 201, 422}
GOOD = {
    # A token alone does not sign: who it is is asked, and the general lead of the cast has no password.
    "projects/{number}/sheets/{sheet_id}/signature": {422},
    # Nobody has signed it yet: who may is told so.
    "projects/{number}/sheets/{sheet_id}/withdrawal": {422},
    "projects/{number}/confirmations": {200, *ASKED},
    "projects/{number}/confirmations/{confirmation_id}/answer": ASKED,
    "projects/{number}/confirmations/{confirmation_id}/text": ASKED,
    "projects/{number}/confirmations/{confirmation_id}/withdrawal": ASKED,
    # A light project has no kickoff, and one start that is there already; its minutes are out, unchanged, not confirmed.
    "projects/{number}/meetings": {200, *ASKED},
    "projects/{number}/meetings/{meeting_id}/answer": ASKED,
    "projects/{number}/meetings/{meeting_id}/attendees": ASKED,
    "projects/{number}/meetings/{meeting_id}/agenda/{agenda_id}": ASKED,
    "projects/{number}/meetings/{meeting_id}/editions": ASKED,
    "projects/{number}/meetings/{meeting_id}/sheet": {422},
    "projects/{number}/meetings/{meeting_id}/cancellation": {422},
    # The project has no period yet.
    "projects/{number}/charter/sheets": NOTHING_YET,
    "projects/{number}/memo/sheets": NOTHING_YET,
    "projects/{number}/reports/weekly/editions": NOTHING_YET,
    "projects/{number}/imports/{draft_id}/answers": NOTHING_YET,
    "projects/{number}/imports/{draft_id}/confirmation": NOTHING_YET,
    "projects/{number}/imports/{draft_id}/layout": NOTHING_YET,
}
OF_ALL = {
    ("PUT", "projects/{number}/calendar"),
    ("POST", "projects/{number}/key-milestones"),
    ("GET", "projects/{number}/notices"),
}
EVERYBODY = [person for person in PEOPLE if person not in ("nobody", "disabled")]


def may(asked: Asked, person: str) -> bool:
    column, own = PEOPLE[person]
    if "{number}/imports" in asked.route or (asked.method, asked.route) in OF_ALL:
        # An imported table may name tasks of every department, the project's calendar moves them all, and key milestones
        # are those of the project.
        return column == "PM"
    if asked.row == SIGNED_IN:
        return True
    letter = rights()[asked.row][column]
    return letter in ("y", "r") or (letter in ("d", "o") and (own or asked.anywhere))


def program_for(cast: Cast, person: str) -> Program:
    user = getattr(cast, person)
    return program_of(user, "read", "write", *(["admin"] if user.is_administrator else []))


def test_every_operation_is_tried(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    # What is one's own to begin with has a test of its own below.
    own = {
        ("DELETE", "me/leave/{leave_id}"),
        ("DELETE", "me/sessions/{session_id}"),
        ("DELETE", "me/tokens/{token_id}"),
        ("POST", "me/unchanged"),
        ("PATCH", "me/project-filters"),
        ("PATCH", "projects/{number}/comments/{comment_id}"),
        ("DELETE", "projects/{number}/comments/{comment_id}"),
        ("POST", "people/imports"),
        ("PUT", "templates/{template}"),
        ("DELETE", "templates/{template}"),
        ("POST", "templates/{template}/editions"),
        ("POST", "projects/{number}/imports"),
    }
    tried = {(asked.method, asked.route): asked.row for asked in requests(cast, parameters)}
    declared = {(method, route): declared_access(function) for method, route, function in operations()}
    assert tried == {key: row for key, row in declared.items() if key not in own}


@pytest.mark.parametrize("person", EVERYBODY)
def test_the_table_holds(cast: Cast, person: str) -> None:
    _project, parameters = inhabited(cast)
    known, program, wrong = names(cast, parameters), program_for(cast, person), []
    with unchanged():
        for asked in requests(cast, parameters):
            with transaction.atomic():
                answer = asked.send(program, known)
                status = answer.status_code
                transaction.set_rollback(True)
            inside = "{number}" in asked.route
            good = (GOOD | ANSWERED).get(asked.route, {200, 201, 204})
            expected = good if may(asked, person) else {404} if PEOPLE[person][0] == "OU" and inside else {403}
            if status not in expected:
                wrong.append((asked.method, asked.route, status, expected, answer.content.decode()))
    assert wrong == []


def test_nobody_gets_in_without_a_token(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    known, program = names(cast, parameters), program_of(cast.manager)
    with unchanged():
        for asked in requests(cast, parameters):
            answers = [
                asked.send(program, known, Authorization="Bearer tz_never"),
                asked.send(program, known, Authorization="Basic eDp5"),
                asked.send(program, known, Authorization=""),
            ]
            for answer in answers:
                assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="tongzhou"')
                assert answer["Content-Type"] == "application/problem+json"


def test_what_one_may_not_see_is_what_never_was(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    known, program = names(cast, parameters), program_of(cast.stranger)
    never = known | {"number": "S-9", "item_id": 999_999_999}
    for asked in requests(cast, parameters):
        if "{number}" in asked.route:
            there, nowhere = asked.send(program, known), asked.send(program, never)
            assert (there.status_code, there.content, sorted(there.items())) == (404, nowhere.content, sorted(nowhere.items()))


OF_A_PROJECT = (
    *("item_id", "block_id", "exception_id", "case_id", "confirmation_id", "sheet_id", "draft_id"),
    *("paper_id", "meeting_id"),
)


def test_a_foreign_id_in_ones_own_path_is_one_that_never_was(cast: Cast) -> None:
    _mine, parameters = inhabited(cast)
    other, foreign = inhabited(cast, "S-2")
    take_role(by=cast.manager, project=other, person=cast.member, role="member", now=clock.now())
    known, program = names(cast, parameters), program_of(cast.manager)
    for asked in requests(cast, parameters):
        for name in OF_A_PROJECT:
            if f"{{{name}}}" in asked.route:
                plain = replace(asked, instead={})
                mixed = plain.send(program, known | {name: foreign[name]})
                never = plain.send(program, known | {name: 999_999_999})
                assert (mixed.status_code, mixed.content) == (404, never.content), asked.route


def test_a_token_has_scopes_a_last_day_and_an_end(cast: Cast) -> None:
    reading = program_of(cast.manager, "read")
    assert reading.ask("GET", "me").status_code == 200
    with unchanged():
        answer = reading.ask("POST", "projects", {"number": "N-1", "name": "新", "lead": cast.rd.pk})
    assert (answer.status_code, answer.json()["title"]) == (403, "scope")
    writing = program_of(cast.administrator, "write")
    assert writing.ask("POST", "departments", {"name": "法务部"}).json()["title"] == "scope"
    assert writing.ask("GET", "me").json()["title"] == "scope"
    token = ApiToken.objects.get(user=cast.manager)
    assert token.last_used_at is not None
    revoke_api_token(by=cast.manager, token=token, now=clock.now())
    assert reading.ask("GET", "me").status_code == 401
    fresh = program_of(cast.manager)
    with clock.pretend(clock.now() + timedelta(days=31)):
        assert fresh.ask("GET", "me").status_code == 401
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert fresh.ask("GET", "me").status_code == 401


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "name-missing", "name"),
        ({"scopes": []}, "scopes-invalid", "scopes"),
        ({"scopes": ["fly"]}, "scopes-invalid", "scopes"),
        ({"scopes": ["admin"]}, "forbidden", ""),
        ({"days": 0}, "days-invalid", "days"),
        ({"days": 367}, "days-invalid", "days"),
        ({"by": "member"}, "forbidden", ""),
    ],
)
def test_a_token_is_refused(cast: Cast, change: dict[str, Any], code: str, field: str) -> None:
    from tongzhou.lib.access import Forbidden, Refused

    values: dict[str, Any] = {"by": cast.manager, "person": cast.manager, "name": "脚本", "scopes": ["read"], "days": 30}
    if "by" in change:
        change = {"by": cast.member}
    kind = Forbidden if code == "forbidden" else Refused
    with refused(code, field, kind):
        make_api_token(**values | change, now=clock.now())


def test_my_tokens_are_a_page_and_shown_once(cast: Cast) -> None:
    client = client_of(cast.manager)
    answer = client.post("/me/tokens/", {"name": "报表", "scopes": ["read"], "days": "90"})
    made = answer.context["made"]
    assert made in answer.content.decode()
    assert client.get("/me/", headers={"Authorization": f"Bearer {made}"}).status_code in (200, 404)
    assert Client().get(f"{BASE}me", headers={"Authorization": f"Bearer {made}"}).json()["login"] == cast.manager.login
    assert made not in client.get("/me/tokens/").content.decode()
    token = tokens_of(cast.manager)[0]
    assert client_of(cast.member).post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 302
    assert Client().get(f"{BASE}me", headers={"Authorization": f"Bearer {made}"}).status_code == 401
    assert client.post("/me/tokens/", {"name": "", "scopes": ["admin"], "days": "9"}).status_code == 422


def test_a_session_writes_only_from_our_own_pages(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.manager, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"{BASE}me").status_code == 200
    body = {"number": "N-1", "name": "新", "lead": cast.rd.pk}
    with unchanged():
        answer = client.post(f"{BASE}projects", body, content_type="application/json")
    assert (answer.status_code, answer.json()["title"]) == (403, "csrf")
    client.get("/projects/new/")
    token = client.cookies["csrftoken"].value
    answer = client.post(f"{BASE}projects", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201


def test_a_write_is_done_once_for_a_key(cast: Cast) -> None:
    program = program_of(cast.manager)
    body = {"number": "N-1", "name": "新", "lead": cast.rd.pk}
    first = program.ask("POST", "projects", body, Idempotency_Key="k1")
    with unchanged():
        again = program.ask("POST", "projects", body, Idempotency_Key="k1")
        other = program.ask("POST", "projects", body | {"name": "别的"}, Idempotency_Key="k1")
    assert (first.status_code, first.content, first["ETag"]) == (again.status_code, again.content, again["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["title"]) == (422, "idempotency-key-reused")
    assert program.ask("POST", "projects", body, Idempotency_Key="x" * 201).status_code == 422
    # What was refused was not done: the key is free again.
    with unchanged():
        assert program.ask("POST", "projects", body, Idempotency_Key="k2").status_code == 422
    assert program.ask("POST", "projects", body | {"number": "N-2"}, Idempotency_Key="k2").status_code == 201
    assert IdempotentAnswer.objects.count() == 2
    # Keys are one's own.
    assert program_of(cast.head).ask("POST", "projects", body | {"number": "N-3"}, Idempotency_Key="k1").status_code == 201


def test_who_was_overtaken_is_told_what_is_there_now(cast: Cast) -> None:
    project, _parameters = inhabited(cast)
    program = program_of(cast.manager)
    seen = program.ask("GET", "projects/S-1")
    assert program.ask("GET", "projects/S-1", If_None_Match=seen["ETag"]).status_code == 304
    change_basics(by=cast.manager, project=project, values={"name": "先改"}, now=clock.now())
    with unchanged():
        late = program.ask("PATCH", "projects/S-1", {"name": "后改"}, If_Match=seen["ETag"])
    assert (late.status_code, late.json()["current"]["name"]) == (412, "先改")
    fresh = late.json()["current"]["etag"]
    assert program.ask("PATCH", "projects/S-1", {"name": "后改"}, If_Match=fresh).status_code == 200
    assert Project.objects.get(pk=project.pk).name == "后改"


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_what_is_no_json_changes_nothing(cast: Cast, body: bytes) -> None:
    _project, parameters = inhabited(cast)
    known, program = names(cast, parameters), program_of(cast.administrator, "read", "write", "admin")
    manager = program_of(cast.manager)
    with unchanged():
        for asked in requests(cast, parameters):
            if asked.body is not None:
                for one in (program, manager):
                    answer = one.ask(asked.method, asked.route.format(**known), body)
                    assert answer.status_code in (400, 403, 422), (asked.route, answer.content)


def test_lists_have_pages_with_a_cap(cast: Cast) -> None:
    inhabited(cast)
    program = program_of(cast.manager)
    first = program.ask("GET", "projects/S-1/tasks?limit=2").json()
    assert (len(first["items"]), first["count"]) == (2, 5)
    second = program.ask("GET", first["next"].removeprefix(BASE)).json()
    assert [row["code"] for row in first["items"] + second["items"]] == ["1", "1.1", "1.2", "1.3"]
    assert program.ask("GET", "projects/S-1/tasks?offset=1000000").json()["items"] == []
    for wrong in (
        "limit=0",
        "limit=201",
        "offset=-1",
        "offset=1000001",
        "limit=x",
        f"limit={'9' * 5000}",
        "date=0001-01-01",
        "q=%00",
    ):
        answer = program.ask("GET", f"projects/S-1/tasks?{wrong}")
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        assert set(answer.json()["errors"]) == {wrong.partition("=")[0]}


def test_a_task_says_what_the_pages_say(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    program = program_of(cast.owner)
    told = program.ask(
        "POST", f"projects/S-1/tasks/{parameters['item_id']}/progress", {"state": "doing", "percent": 33.33, "done": "画完"}
    )
    assert (told.status_code, told.json()["percent"], told.json()["done"]) == (201, 33.33, "画完")
    task = program.ask("GET", f"projects/S-1/tasks/{parameters['item_id']}").json()
    assert (task["code"], task["state"], task["percent"], task["owner"]["name"]) == ("1.1", "doing", 33.33, "郑十")
    assert program.ask("GET", "me/tasks").json()["items"][0]["id"] == parameters["item_id"]
    assert "33.33" in str(program.ask("GET", f"projects/S-1/tasks/{parameters['item_id']}/progress").json()["items"][0])


def test_the_schema_is_there_for_programs(cast: Cast) -> None:
    schema = Client().get(f"{BASE}openapi.json")
    assert schema.status_code == 200
    assert "problem+json" in schema.json()["info"]["description"]
    guide = client_of(cast.stranger).get("/api/")
    for _method, route, _function in operations():
        assert f"/{route}" in guide.content.decode()


def test_the_guide_says_of_every_operation_where_it_belongs_and_who_may() -> None:
    with override("zh-hans"):
        groups = guide_groups()
    assert sum(len(rows) for _name, rows in groups) == len(operations())
    assert [name for name, _rows in groups if not name or name.isascii()] == []
    assert [row for _name, rows in groups for row in rows if not row["row"] or row["row"].isascii()] == []
