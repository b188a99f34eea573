"""A file that holds what the plan holds: its preview offers nothing that would not do anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from support.cast import NOW, Cast, small_project
from tongzhou.lib import clock
from tongzhou.people.models import User

TABLE = "编号,任务名称,开始时间,结束时间\n1,接口清单,2024-03-04,2024-03-05\n2,字段映射,2024-03-06,2024-03-07\n"
CONFIRM, FINISH, ISSUES = ">确认导入<", ">完成</button>", "下载问题清单"


def opened(client: Client, table: str) -> str:
    file = SimpleUploadedFile("计划.csv", table.encode())
    return str(client.post("/projects/S-1/plan/import/", {"file": file})["Location"])


@pytest.mark.django_db
def test_a_file_without_news_is_only_finished(cast: Cast, signed_in: Callable[[User], Client]) -> None:
    small_project(cast)
    client = signed_in(cast.manager)
    with clock.pretend(NOW):
        address = opened(client, TABLE)
        first = client.get(address).content.decode()
        assert (CONFIRM in first, FINISH in first, ISSUES in first) == (True, False, False)
        assert client.post(f"{address}confirmation/").status_code == 302
        again = client.get(opened(client, TABLE)).content.decode()
        assert (CONFIRM in again, FINISH in again, ISSUES in again) == (False, True, False)
        part = client.get(opened(client, TABLE.replace("2,字段映射,2024-03-06,2024-03-07\n", ""))).content.decode()
        assert (FINISH in part, ISSUES in part, "文件中没有 1</span>" in part) == (True, True, True)
