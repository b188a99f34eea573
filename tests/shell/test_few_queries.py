"""Pages that heads and managers open every day ask the database little, however much their project says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charters.ground import company_calendar, whole_project
from support.cast import NOW, Cast
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.plan.actions.claiming import ask_for_claims
from tongzhou.resources.actions import CommitmentSpec, ask_commitments

PAGES = {"task-list/": 15, "claims/": 15, "commitments/": 15}


@pytest.mark.django_db(transaction=True)
def test_pages_of_the_initiation_ask_little(cast: Cast) -> None:
    company_calendar()
    project = whole_project(cast)
    spec = CommitmentSpec(cast.rd.pk, "hours", "工时", Decimal(8), "小时", date(2024, 3, 4), date(2024, 6, 1))
    with clock.pretend(NOW):
        ask_commitments(by=cast.manager, project=project, rows=[spec] * 60, now=NOW)
        ask_for_claims(by=cast.manager, project=project, due=None, now=NOW)
    for person in (cast.manager, cast.head, cast.liaison, cast.member):
        client = client_of(person)
        for page, most in PAGES.items():
            client.get(f"/projects/S-1/{page}")
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"/projects/S-1/{page}").status_code == 200
            told = "\n".join(f"{place} {one['sql'][:160]}" for place, one in enumerate(asked.captured_queries, 1))
            assert len(asked) <= most, f"{page} {person.name} {len(asked)}\n{told}"
