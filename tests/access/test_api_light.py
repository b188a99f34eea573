"""The table of rights at every operation in a light project, where nobody has a seat."""

from __future__ import annotations

import pytest
from django.db import transaction

from access.test_api import EVERYBODY, may, program_for
from access.test_rights import PEOPLE, SEATS
from support.addresses import inhabited
from support.cast import Cast
from support.checks import unchanged
from support.operations import Asked, names, requests
from support.promised import NOT_IN_LIGHT_BELOW
from support.provided import ANSWERED, IN_LIGHT


def expected(asked: Asked, person: str) -> set[int]:
    """Who has a seat elsewhere is a member here; what needs a seat or something made first is told so in words."""
    column = PEOPLE[person][0]
    if asked.route.startswith(NOT_IN_LIGHT_BELOW):
        return {404}
    if may(asked, "member" if column in SEATS else person) or (column == "PM" and asked.row in IN_LIGHT):
        return {200, 201, 204, 409, 422} | ANSWERED.get(asked.route, set())
    return {404} if column == "OU" and "{number}" in asked.route else {403}


@pytest.mark.parametrize("person", EVERYBODY)
def test_the_table_holds_without_seats(cast: Cast, person: str) -> None:
    _project, parameters = inhabited(cast, weight="light")
    known, program, wrong = names(cast, parameters), program_for(cast, person), []
    with unchanged():
        for asked in requests(cast, parameters):
            with transaction.atomic():
                answer = asked.send(program, known)
                transaction.set_rollback(True)
            if answer.status_code not in expected(asked, person):
                wrong.append((asked.method, asked.route, answer.status_code, expected(asked, person)))
    assert wrong == []
