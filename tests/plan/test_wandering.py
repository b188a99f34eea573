"""Somebody clicks about in the launch project: never a broken page, and the plan stays what its rows say."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from support.cast import Cast, launch_project
from support.web import client_of, send_json
from tongzhou.plan.actions import locked_plan, reschedule
from tongzhou.plan.models import WorkItem

STEPS = 80
ROOT = "/projects/XMB-2024/"
PAGES = ("", "plan/", "plan/data", "tracking/", "report/", "report.xlsx", "record/", "start/")


def some_day(dice: random.Random) -> str:
    return (date(2024, 2, 20) + timedelta(days=dice.randrange(120))).isoformat()


CELLS: dict[str, Callable[[random.Random], Any]] = {
    "start": some_day,
    "finish": some_day,
    "duration": lambda dice: dice.choice([0.5, 1, 2, 30]),
    "percent": lambda dice: dice.choice([0, 10, 99.99, 100]),
}


def edit(client: Client, item: int, dice: random.Random) -> HttpResponse:
    name = dice.choice(list(CELLS))
    tail = dice.choice(["edit/", "edit/", "preview/"])
    address = f"{ROOT}tasks/{item}/{tail}?date={some_day(dice)}"
    return send_json(client, address, {"field": name, "value": CELLS[name](dice)})


def report(client: Client, item: int, dice: random.Random) -> HttpResponse:
    fields = {"state": dice.choice(WorkItem.State.values), "percent": dice.choice(["0", "50", "100"])}
    for name in ("actual_start", "actual_finish"):
        if dice.random() < 0.4:
            fields[name] = some_day(dice)
    answer: HttpResponse = client.post(f"{ROOT}tasks/{item}/progress/?date={some_day(dice)}", fields)
    return answer


def add(client: Client, item: int, dice: random.Random) -> HttpResponse:
    fields = {"name": "新任务", "parent": dice.choice([item, ""]), "is_milestone": dice.choice(["on", ""])}
    fields |= {name: dice.choice([some_day(dice), ""]) for name in ("typed_start", "typed_finish")}
    answer: HttpResponse = client.post(f"{ROOT}tasks/new/", fields)
    return answer


def remove(client: Client, item: int, dice: random.Random) -> HttpResponse:
    answer: HttpResponse = client.post(f"{ROOT}tasks/{item}/remove/")
    return answer


def look(client: Client, item: int, dice: random.Random) -> HttpResponse:
    page = dice.choice([*PAGES, f"tasks/{item}/", f"tasks/{item}/progress/", f"tasks/{item}/details/"])
    answer: HttpResponse = client.get(f"{ROOT}{page}?date={some_day(dice)}", follow=True)
    assert answer.status_code == 200, page
    return answer


@pytest.mark.parametrize("seed", range(2))
def test_clicking_about_breaks_nothing(cast: Cast, seed: int) -> None:
    project, client, dice = launch_project(cast), client_of(cast.manager), random.Random(seed)
    for _step in range(STEPS):
        item = dice.choice(list(WorkItem.objects.filter(project=project).values_list("pk", flat=True)))
        act = dice.choices([edit, report, add, remove, look], [5, 3, 2, 1, 4])[0]
        assert act(client, item, dice).status_code in (200, 302, 422), (seed, act.__name__)
    before = dates(project.pk)
    reschedule(project, locked_plan(project))
    assert dates(project.pk) == before


def dates(project: int) -> list[tuple[Any, ...]]:
    columns = ("pk", "start", "finish", "slack", "critical", "constraint", "constraint_date")
    return list(WorkItem.objects.filter(project=project).order_by("pk").values_list(*columns))
