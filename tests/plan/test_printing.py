"""The Gantt chart of a project as PDF and as a picture."""

from __future__ import annotations

from contextlib import ExitStack

from support.cast import NOW, Cast, planned_project, small_project
from support.web import client_of
from tongzhou.papers import drawing, gantt
from tongzhou.plan.actions import ItemSpec, bring_in
from tongzhou.plan.papers import gantt_chart
from tongzhou.plan.queries import status_date


def test_the_chart_has_every_row_with_its_dates(cast: Cast) -> None:
    project = planned_project(cast)
    chart = gantt_chart(project, status_date(project))
    assert [(bar.code, bar.name, bar.kind) for bar in chart.bars] == [
        ("1", "阶段", "summary"),
        ("1.1", "设计", "task"),
        ("1.2", "测试", "task"),
        ("1.3", "定型", "milestone"),
        ("2", "推广", "task"),
    ]
    assert [(one, two) for one, two, _critical in chart.links] == [(1, 2), (2, 3)]
    assert all(bar.baseline is not None for bar in chart.bars)


def test_both_files_come_with_their_names(cast: Cast) -> None:
    planned_project(cast)
    client = client_of(cast.member)
    for name, kind, start in (("pdf", "application/pdf", b"%PDF"), ("png", "image/png", b"\x89PNG")):
        answer = client.get(f"/projects/S-1/plan/gantt.{name}?date=2024-03-05")
        assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, kind, start)
        assert answer["Content-Disposition"].endswith(f".{name}")


def test_too_many_rows_for_a_picture_are_told(cast: Cast) -> None:
    project = small_project(cast)
    items = [ItemSpec(str(row), f"任务{row}") for row in range(1, gantt.MOST_ROWS_IN_A_PICTURE + 2)]
    bring_in(by=cast.manager, project=project, items=items, links=[], now=NOW)
    client = client_of(cast.member)
    answer = client.get("/projects/S-1/plan/gantt.png")
    assert (answer.status_code, "600 行" in answer.content.decode()) == (422, True)
    assert client.get("/projects/S-1/plan/gantt.pdf").content.startswith(b"%PDF")


def test_the_number_of_queries_is_constant(cast: Cast, django_assert_max_num_queries: object) -> None:
    project = planned_project(cast)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        gantt_chart(project, status_date(project))


def test_only_so_many_are_drawn_at_once(cast: Cast) -> None:
    planned_project(cast)
    with ExitStack() as stack:
        for _place in range(drawing.AT_ONCE):
            stack.enter_context(drawing.place_to_draw())
        answer = client_of(cast.member).get("/projects/S-1/plan/gantt.pdf")
        assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)
        assert "正在绘制其他图表" in answer.content.decode()
    assert client_of(cast.member).get("/projects/S-1/plan/gantt.pdf").status_code == 200
