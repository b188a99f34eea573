"""Every page of a project that has just begun: nothing planned, a list without days, one task, everything done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from support.addresses import addresses, inhabited
from support.cast import NOW, Cast, planned_project, small_project
from support.promised import NOT_IN_LIGHT
from support.web import client_of
from tongzhou.exchange.actions.quick_start import QuickStart, start_from_list
from tongzhou.lib import clock
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project

# What has rows of its own is asked for elsewhere.
WITH_ROWS = {
    "item_id", "sheet_id", "delegation_id", "draft_id", "comment_id", "part_id", "person_id",
    "block_id", "case_id", "confirmation_id", "exception_id", "deliverable_id", "commitment_id", "meeting_id", "meeting_kind",
    "objective_id", "value_id", "line_id", "rule_id", "paper_id",
}  # fmt: skip
# Who holds no seat gives none away.
OF_SEATS = {"delegations"}
ASKED = {"plan_columns": {"names": "supporters,stand_in,remark"}}


def empty(cast: Cast) -> Project:
    return small_project(cast)


def empty_and_light(cast: Cast) -> Project:
    return small_project(cast, weight="light")


def listed(cast: Cast) -> Project:
    text = "1 筹备\n1.1 定主题 张三 2天\n1.2 邀请嘉宾 王五 依赖1.1\n2 现场\n2.1 布置 周七 1天 依赖1.2\n3 开幕 里程碑 依赖2.1"
    with clock.pretend(NOW):
        return start_from_list(by=cast.manager, wanted=QuickStart("周年庆", text, {}), now=NOW)


def without_days(cast: Cast) -> Project:
    with clock.pretend(NOW):
        return start_from_list(by=cast.manager, wanted=QuickStart("周年庆", "定主题\n邀请嘉宾", {}), now=NOW)


def without_start(cast: Cast) -> Project:
    project = small_project(cast)
    Project.objects.filter(pk=project.pk).update(starts_on=None, ends_on=None)
    WorkItem.objects.create(project=project, rank="a", name="无日期")
    return project


def all_done(cast: Cast) -> Project:
    project = planned_project(cast)
    WorkItem.objects.filter(project=project).update(state="done", percent=10_000)
    return project


def all_cancelled(cast: Cast) -> Project:
    project = planned_project(cast)
    WorkItem.objects.filter(project=project).update(state="cancelled")
    return project


@pytest.mark.parametrize("make", [empty, empty_and_light, listed, without_days, without_start, all_done, all_cancelled])
def test_every_page_opens(cast: Cast, make: Callable[[Cast], Project]) -> None:
    project = make(cast)
    item = WorkItem.objects.filter(project=project).first()
    _other, parameters = inhabited(cast, "Z-9")
    parameters |= {"number": project.number, "item_id": item.pk if item else 0}
    client, wrong = client_of(cast.manager), []
    for address in addresses():
        lacking = WITH_ROWS & set(address.parameters) - ({"item_id"} if item else set())
        if "number" in address.parameters and not lacking and address.name not in OF_SEATS:
            path = reverse(address.name, kwargs={name: parameters[name] for name in address.parameters})
            for today in (NOW, NOW.replace(year=2031)):
                with clock.pretend(today):
                    status = client.get(path, ASKED.get(address.name, {})).status_code
                there = project.weight != Project.Weight.LIGHT or address.name not in NOT_IN_LIGHT
                if status not in ((200, 302, 405) if there else (404, 405)):
                    wrong.append((address.name, today.year, status))
    assert wrong == []
