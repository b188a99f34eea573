"""The table of rights (docs/roles.md), tried at every address of the resolver by everybody whom it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from support.addresses import Attempt, addresses, attempts, for_all, inhabited, parameters_of
from support.cast import Cast
from support.checks import unchanged
from support.promised import NOT_IN_LIGHT
from support.provided import IN_LIGHT
from support.web import client_of
from tongzhou.lib.access import PUBLIC, SIGNED_IN
from tongzhou.people.models import User

TABLE = Path(__file__).parents[2] / "docs" / "roles.md"
LETTERS = {"y", "r", "d", "o", "-"}

# Everybody who tries: her column of the table, and whether the task, its department and she belong together.
PEOPLE: dict[str, tuple[str, bool]] = {
    "general_lead": ("GL", True),
    "manager": ("PM", True),
    "liaison": ("LI", True),
    "other_liaison": ("LI", False),
    "head": ("DH", True),
    "other_head": ("DH", False),
    "owner": ("OW", True),
    "quality": ("QS", True),
    "finance": ("FC", True),
    "administrator": ("IT", True),
    "member": ("MB", True),
    "stranger": ("OU", False),
    "nobody": ("AN/EX", False),
    "disabled": ("AN/EX", False),
}

# An imported table may name tasks of every department, and the project's calendar moves them all: a liaison, who edits his
# own department's, does neither. The notice goes to everybody's group, with ways in.
ONLY_THE_MANAGER = ("import_", "notice", "project_calendar")


def rights() -> dict[str, dict[str, str]]:
    """Read the table: row → column → letter."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("|---")]
    columns = cells[0][1:]
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in cells[1:]}


# A light project knows no seats: who has one elsewhere is a member there.
SEATS = {"LI", "DH"}


def may(attempt: Attempt, person: str, weight: str) -> bool:
    column, own = PEOPLE[person]
    column = "MB" if weight == "light" and column in SEATS else column
    if attempt.name.startswith(ONLY_THE_MANAGER):
        return column == "PM"
    if weight == "light" and column == "PM" and attempt.row in IN_LIGHT:
        return True
    letter = rights()[attempt.row][column]
    return letter in ("y", "r") or (letter in ("d", "o") and (own or attempt.anywhere))


def client_for(cast: Cast, person: str) -> Client:
    if person == "nobody":
        return Client()
    if person != "disabled":
        return client_of(getattr(cast, person))
    client = client_of(cast.head)
    User.objects.filter(pk=cast.head.pk).update(is_active=False)
    return client


def allowed(answer: HttpResponse) -> bool:
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return (answer.status_code < 400 or answer.status_code in (410, 422)) and not to_sign_in


def denied(answer: HttpResponse, person: str, attempt: Attempt) -> bool:
    column, _own = PEOPLE[person]
    if column == "AN/EX":
        return answer.status_code == (302 if attempt.body is None else 401)
    inside = "number" in parameters_of(attempt.name)
    return answer.status_code == (404 if column == "OU" and inside else 403)


def test_the_table_is_complete() -> None:
    table = rights()
    assert len(table) == 23
    assert {column for row in table.values() for column in row} == {column for column, _own in PEOPLE.values()}
    letters = {part for row in table.values() for cell in row.values() for part in cell.split("/")}
    assert letters == LETTERS


def test_every_address_belongs_to_a_row(cast: Cast) -> None:
    known = {PUBLIC, SIGNED_IN, *rights()}
    assert [address.route for address in addresses() if address.access not in known] == []
    free = {address.name for address in addresses() if address.access in (PUBLIC, SIGNED_IN)}
    tried = {attempt.name: attempt.row for attempt in reversed(attempts(cast))}
    assert {address.name for address in addresses()} == tried.keys() | free
    assert {address.name: address.access for address in addresses() if address.name in tried} == tried


@pytest.mark.parametrize("weight", ["standard", "light"])
@pytest.mark.parametrize("person", PEOPLE)
def test_the_table_holds(cast: Cast, person: str, weight: str) -> None:
    _project, parameters = inhabited(cast, weight=weight)
    client = client_for(cast, person)
    wrong = []
    with unchanged():
        for attempt in attempts(cast):
            if weight == "light" and attempt.name in NOT_IN_LIGHT and PEOPLE[person][0] != "AN/EX":
                answer = attempt.send(client, parameters)
                right = answer.status_code == 404
            elif may(attempt, person, weight):
                with transaction.atomic():
                    answer = attempt.send(client, parameters)
                    right = allowed(answer)
                    transaction.set_rollback(True)
            else:
                answer = attempt.send(client, parameters)
                right = denied(answer, person, attempt)
            if not right:
                wrong.append((attempt.name, attempt.method, attempt.row, may(attempt, person, weight), answer.status_code))
    assert wrong == []


def test_what_is_for_all_who_are_signed_in(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    cast.stranger.set_password("同舟共济-2024")
    cast.stranger.save()
    stranger, wrong = client_of(cast.stranger), []
    for address in addresses():
        if address.access == SIGNED_IN:
            attempt = Attempt(address.name, SIGNED_IN, for_all().get(address.name, "get"))
            if not allowed(attempt.send(stranger, parameters)):
                wrong.append((address.name, "stranger"))
            if not denied(attempt.send(Client(), parameters), "nobody", attempt):
                wrong.append((address.name, "nobody"))
        elif address.access == PUBLIC and Attempt(address.name, PUBLIC).send(Client(), parameters).status_code >= 411:
            wrong.append((address.name, "public"))
    assert wrong == []


def test_programs_without_sign_in_are_told_so(cast: Cast) -> None:
    _project, parameters = inhabited(cast)
    for headers in ({"Accept": "application/json"}, {"HX-Request": "true"}):
        for attempt in attempts(cast):
            answer = attempt.send(Client(), parameters, **headers)
            assert (answer.status_code, answer["Content-Type"]) == (401, "application/json"), attempt
