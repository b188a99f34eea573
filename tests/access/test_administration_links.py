"""What is set for the whole organisation is reached from the administrator's page, and from nobody else's."""

from __future__ import annotations

from datetime import time

import pytest

from support.cast import NOW, Cast, planned_project
from support.web import client_of
from tongzhou.escalations.actions import set_ladder
from tongzhou.escalations.queries import Hours
from tongzhou.progress.actions import set_sync_rhythm
from tongzhou.progress.queries.beats import Rhythm

LIMITS, RHYTHM = "/escalations/limits/", "/organisation/rhythm/"


def test_the_administrators_page_leads_to_the_limits_and_the_rhythm(cast: Cast) -> None:
    client = client_of(cast.administrator)
    page = client.get("/admin/").content.decode()
    for address, says in (
        (LIMITS, "部门内 8、项目经理 8、项目总负责人 16 工作小时"),
        (RHYTHM, "紧急任务：每天 17:00；常规任务：周五 17:00"),
    ):
        card = page.partition(f'<a class="tz-panel tz-admin-card" href="{address}">')[2].partition("</a>")[0]
        assert says in card
        assert client.get(address).status_code == 200


def test_the_cards_say_what_holds(cast: Cast) -> None:
    set_ladder(by=cast.administrator, project=None, hours=Hours(4, 6, 24), now=NOW)
    rhythm = Rhythm(urgent_weekday=0, urgent_at=time(9, 30), regular_weekday=2)
    set_sync_rhythm(by=cast.administrator, project=None, rhythm=rhythm, now=NOW)
    page = client_of(cast.administrator).get("/admin/").content.decode()
    assert "部门内 4、项目经理 6、项目总负责人 24 工作小时" in page
    assert "紧急任务：周一 09:30；常规任务：周三 17:00" in page


@pytest.mark.parametrize("person", ["general_lead", "manager", "head", "liaison", "owner", "quality", "finance", "stranger"])
def test_nobody_else_sees_either_link(cast: Cast, person: str) -> None:
    planned_project(cast)
    client = client_of(getattr(cast, person))
    for address in (LIMITS, RHYTHM, "/admin/"):
        assert client.get(address).status_code == 403
    for address in ("/", "/me/", "/departments/", "/projects/", "/admin/"):
        page = client.get(address).content.decode()
        assert LIMITS not in page
        assert RHYTHM not in page
