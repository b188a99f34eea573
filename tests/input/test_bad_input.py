"""What nobody should send, at every door: an answer below 500, in words, and nothing written.

Generated over all addresses and operations, with the parameters that the product's own source reads.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import tongzhou
from access.test_rights import PEOPLE, may
from support.addresses import Attempt, addresses, attempts, inhabited, parameters_of
from support.api import program_of
from support.cast import Cast
from support.checks import unchanged
from support.operations import names, requests
from support.web import BAD_BODIES, BAD_VALUES, client_of, send_json
from tongzhou.timeline.models import Change, Event

SOURCE = Path(tongzhou.__file__).parent
READ = re.compile(r"""(?:GET\.get(?:list)?\(|_asked\(request, )["'](\w+)["']""")
# Texts as they stand in an address or a form, percent-encoded.
TEXTS = {
    "nothing": "",
    "NUL": "a%00b",
    "a lone surrogate": "%ED%A0%80",
    "5,000 digits": "9" * 5000,
    "minus": "-1",
    "20 digits": "9" * 20,
    "a superscript": quote("²"),
    "full width": quote("６０"),
    "infinite": "1e999",
    "the first year": "0001-01-01",
    "the last year": "9999-12-31",
    "week 53": "9999-W53",
    "an attribute": "-__class__",
    "a formula": quote("=1+1';--<script>"),
}
# Those that broke something somewhere, also one at a time.
ALONE = ("NUL", "a lone surrogate", "5,000 digits", "20 digits")
LONE = "\ud800"
WHO = {"users, roles, org tree": "administrator", "create/edit WBS": "manager", "edit charter draft": "manager"}
LARGE = 10 * 1024 * 1024
# Taking a file out is on the record.
RECORDED = {
    "export_file",
    "report_file",
    "table_paper",
    "projects_export",
    "people_xlsx",
    "people_form_xlsx",
    "import_issues",
} | {*("charter_paper", "memo_paper", "duty_paper", "basic_information", "commitments_paper", "minutes_file", "paper_file")}
# Painted by a program of its own; the parameters are those of the plan.
SLOW = {"gantt_pdf", "gantt_png"}


def parameters_read() -> list[str]:
    """Return the names of the query parameters that the source reads."""
    found = {name for file in SOURCE.rglob("*.py") for name in READ.findall(file.read_text(encoding="utf-8"))}
    return sorted(found | {"page", "sort", "q", "date", "week", "state", "department", "person", "group", "limit", "offset"})


def path_of(name: str, parameters: Mapping[str, Any]) -> str:
    return reverse(name, kwargs={key: parameters[key] for key in parameters_of(name)})


def actor(cast: Cast, attempt: Attempt) -> str:
    """Return the first person who may make the attempt."""
    return WHO.get(attempt.row) or next(person for person in PEOPLE if may(attempt, person, "standard"))


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is written within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def written() -> tuple[int, int]:
    return Event.objects.count(), Change.objects.count()


def test_the_parameters_are_found() -> None:
    assert {"page", "sort", "q", "view", "date", "names", "project"} <= set(parameters_read())


def test_no_query_breaks_a_page(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    manager, administrator = client_of(cast.manager), client_of(cast.administrator)
    asked, broken = parameters_read(), []
    for address in addresses():
        if address.name in SLOW:
            continue
        path = path_of(address.name, parameters)
        client = administrator if address.access == "users, roles, org tree" else manager
        for what, text in TEXTS.items():
            together = "&".join(f"{name}={text}" for name in asked)
            queries = [together, f"page=1&page={text}"] if what in ALONE else [together]
            with undone():
                statuses = {query: client.get(f"{path}?{query}").status_code for query in queries}
            if what in ALONE and max(statuses.values()) in (400, 422):
                # One parameter may have hidden the others.
                with undone():
                    statuses |= {name: client.get(f"{path}?{name}={text}").status_code for name in asked}
            broken += [(address.name, what, query[:40]) for query, status in statuses.items() if status >= 500]
    assert broken == []


def test_no_query_writes(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    client, together = client_of(cast.manager), "&".join(f"{name}=x" for name in parameters_read())
    with unchanged():
        for address in addresses():
            if address.name not in RECORDED | SLOW:
                client.get(f"{path_of(address.name, parameters)}?{together}")


def test_the_gantt_files_take_any_query(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    client = client_of(cast.manager)
    for name in SLOW:
        for what in ("NUL", "20 digits", "the first year", "an attribute"):
            together = "&".join(f"{key}={TEXTS[what]}" for key in parameters_read())
            with undone():
                assert client.get(f"{path_of(name, parameters)}?{together}").status_code < 500, (name, what)


def forms(cast: Cast) -> list[Attempt]:
    return [attempt for attempt in attempts(cast) if attempt.method == "post" and attempt.body is None]


def send_form(client: Client, path: str, fields: Mapping[str, str]) -> HttpResponse:
    """Send fields whose values are percent-encoded already."""
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    answer: HttpResponse = client.post(path, body, content_type="application/x-www-form-urlencoded")
    return answer


def fields_shown(client: Client, path: str) -> set[str]:
    """Return the names of the fields that the page of a form shows."""
    answer = client.get(path)
    return set(re.findall(r'name="(\w[\w.-]*)"', answer.content.decode())) if answer.status_code == 200 else set()


def test_no_form_breaks_on_what_is_typed(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    broken = []
    for attempt in forms(cast):
        client, path = client_of(getattr(cast, actor(cast, attempt))), path_of(attempt.name, parameters)
        good = {name: quote(str(value)) for name, value in attempt.fields.items()}
        fields = (set(good) | fields_shown(client, path)) - {"csrfmiddlewaretoken", "q"}
        for what, text in TEXTS.items():
            bodies = [dict.fromkeys(fields, text)]
            bodies += [{**good, name: text} for name in sorted(fields)[:12]] if what in ("NUL", "20 digits") else []
            for body in bodies:
                with undone():
                    before = written()
                    status = send_form(client, path, body).status_code
                    if status >= 500 or (status >= 400 and written() != before):
                        broken.append((attempt.name, what, sorted(body)[:4], status))
    assert broken == []


def test_no_json_door_of_a_page_breaks(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    broken = []
    for attempt in attempts(cast):
        if attempt.body is None:
            continue
        client, path = client_of(getattr(cast, actor(cast, attempt))), path_of(attempt.name, parameters)
        for name, body in BAD_BODIES.items():
            with undone():
                before = written()
                status = send_json(client, path, body).status_code
                if status not in (400, 413, 422) or written() != before:
                    broken.append((attempt.name, name, status))
        for document in worse(attempt.body):
            with undone():
                before = written()
                status = send_json(client, path, document).status_code
                if status >= 500 or (status >= 400 and written() != before):
                    broken.append((attempt.name, json.dumps(document)[:60], status))
    assert broken == []


def worse(body: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a document with each of its values replaced by each bad one, to every depth, and with a name that is none."""
    for key, value in body.items():
        for bad in [*BAD_VALUES[::2], LONE, "６０", 10**300]:
            yield {**body, key: bad}
        if isinstance(value, Mapping):
            yield from ({**body, key: inner} for inner in worse(value))
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield from ({**body, key: [inner]} for inner in worse(value[0]))
    yield {**body, "__class__": 1}


def test_no_operation_breaks_on_what_is_sent(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    known, broken = names(cast, parameters), []
    manager, administrator = program_of(cast.manager), program_of(cast.administrator, "read", "write", "admin")
    for asked in requests(cast, parameters):
        program = administrator if asked.row == "users, roles, org tree" else manager
        for document in worse(asked.body or {}):
            with undone():
                before = written()
                answer = program.ask(asked.method, asked.route.format(**known), document)
                if answer.status_code >= 500 or (answer.status_code >= 400 and written() != before):
                    broken.append((asked.method, asked.route, json.dumps(document)[:60], answer.status_code))
    assert broken == []


def test_no_query_breaks_an_operation(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    known, program, broken = names(cast, parameters), program_of(cast.manager), []
    for asked in requests(cast, parameters):
        if asked.method == "GET":
            for what in ALONE:
                text = TEXTS[what]
                for name in ("limit", "offset", "q", "date", "state", "owner", "department", "sort", "page"):
                    status = program.ask("GET", f"{asked.route.format(**known)}?{name}={text}").status_code
                    if status >= 500:
                        broken.append((asked.route, what, name))
    assert broken == []


def test_ten_megabytes_are_refused_at_once(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    known, program = names(cast, parameters), program_of(cast.manager)
    form, document = b"name=" + b"x" * LARGE, b'{"name": "' + b"x" * LARGE + b'"}'
    tried = [(one, client_of(getattr(cast, actor(cast, one)))) for one in attempts(cast) if one.method == "post"]
    with unchanged():
        for attempt, client in tried:
            path = path_of(attempt.name, parameters)
            kind, body = ("application/x-www-form-urlencoded", form) if attempt.body is None else ("application/json", document)
            began = time.process_time()
            with undone():
                status = client.post(path, body, content_type=kind).status_code
            # What reads nothing of its body does what it does.
            assert status in (400, 413, 422) or (status < 400 and not attempt.fields), (attempt.name, status)
            assert time.process_time() - began < 2, attempt.name
        for asked in requests(cast, parameters):
            if asked.body is not None:
                answer = program.ask(asked.method, asked.route.format(**known), document)
                assert answer.status_code in (400, 403, 413, 422), (asked.route, answer.status_code)


def test_any_method_is_answered(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    client, wrong = client_of(cast.manager), []
    with unchanged():
        for address in addresses():
            if address.name in RECORDED | SLOW:
                continue
            path = path_of(address.name, parameters)
            for method in ("head", "options", "put", "patch", "delete", "trace"):
                answer: HttpResponse = client.generic(method.upper(), path)
                if answer.status_code >= 500 or (method in ("put", "patch", "delete") and answer.status_code < 300):
                    wrong.append((address.name, method, answer.status_code))
                if method == "head" and answer.content:
                    wrong.append((address.name, method, "a body"))
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.xlsx", b""),
        ("空.csv", b""),
        ("文本.xlsx", "任务名称\n设计".encode()),
        ("图.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("半.xlsx", b"PK\x03\x04" + b"\x00" * 200),
        ("程序.exe", b"MZ" + b"\x00" * 200),
        ("计划.xml", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'>]><Project>&a;</Project>"),
        ("计划.xml", b"<Project><Tasks><Task><UID>1</UID><Name>\xff</Name>"),
        ("计划.xml", b"<Project><Tasks><Task><OutlineLevel>-9</OutlineLevel></Task></Tasks></Project>"),
        ("../../etc/passwd", b"x"),
        ("名\x00字.csv", "任务名称\n设计".encode()),
        ("x" * 300 + ".csv", "任务名称\n设计".encode()),
        ("", b"x"),
    ],
)
def test_what_is_no_table_is_refused(cast: Cast, name: str, content: bytes) -> None:
    inhabited(cast)
    manager, administrator = client_of(cast.manager), client_of(cast.administrator)
    for client, path in ((manager, "/projects/S-1/plan/import/"), (administrator, "/people/import/")):
        with undone():
            file = SimpleUploadedFile("x", content)
            file._name = name  # type: ignore[attr-defined]
            answer = client.post(path, {"file": file})
            assert answer.status_code in (302, 400, 422, 200), (path, answer.status_code)
            if answer.status_code == 302:
                assert client.get(answer["Location"]).status_code == 200


def test_a_file_that_is_none_is_told_so(cast: Cast) -> None:
    inhabited(cast)
    for client, path in (
        (client_of(cast.manager), "/projects/S-1/plan/import/"),
        (client_of(cast.administrator), "/people/import/"),
    ):
        with unchanged():
            for fields in ({}, {"file": "text"}, {"file": ["a", "b"]}):
                assert client.post(path, fields).status_code == 422
            assert client.post(path, urlencode({"file": "x"}), content_type="text/plain").status_code in (400, 422)


def test_full_width_digits_are_digits(cast: Cast) -> None:
    project, parameters = inhabited(cast)
    path = f"/projects/S-1/tasks/{parameters['item_id']}/progress/"
    assert client_of(cast.owner).post(path, {"state": "doing", "percent": "６０"}).status_code == 302
    assert project.work_items.get(pk=parameters["item_id"]).percent == 6000
