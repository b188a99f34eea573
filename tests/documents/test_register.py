"""The register of a project's papers: the page, the files again, and the same by program."""

from __future__ import annotations

from typing import Any

import pytest

from documents.papers import another, handed
from signoffs.sheets import opened
from support.api import program_of
from support.cast import NOW, Cast, small_project
from support.checks import said, unchanged
from support.web import client_of
from tongzhou.documents.models import IssuedPaper
from tongzhou.documents.queries.codes import new_code, printed
from tongzhou.documents.queries.kinds import KINDS
from tongzhou.lib import clock
from tongzhou.signoffs.actions import Grant, delegate_seat

PAGE = "/projects/S-1/papers/"


def rows_of(cast: Cast, query: str = "") -> list[str]:
    """Return the numbers that the page shows, in its order."""
    answer = client_of(cast.member).get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return [one.row.number for one, _endings in answer.context["rows"]]


def some(cast: Cast) -> None:
    project = small_project(cast)
    handed(cast, project)
    handed(cast, project, another("改了"), title="乙")
    handed(cast, project, kind="memo", title="研发部备忘录", by=cast.head)


def test_the_page_lists_sorts_and_filters(cast: Cast) -> None:
    some(cast)
    one, two, memo = "ZC-S-1-001", "ZC-S-1-002", "BW-S-1-001"
    assert rows_of(cast) == [memo, two, one]
    assert rows_of(cast, "?sort=number") == [memo, one, two]
    assert rows_of(cast, "?sort=-number") == [two, one, memo]
    assert rows_of(cast, "?sort=nothing") == [memo, two, one]
    assert rows_of(cast, "?kind=charter") == [two, one]
    assert rows_of(cast, "?q=备忘录") == rows_of(cast, "?q=李四") == rows_of(cast, "?q=BW") == [memo]
    assert rows_of(cast, "?q=%00&kind=<b>") == []
    page = client_of(cast.member).get(PAGE).content.decode()
    assert page.count("已有更新版") == 1
    assert f"{PAGE}{IssuedPaper.objects.get(number=one).pk}.docx" in page
    assert f"/verify/{printed(IssuedPaper.objects.get(number=one).code)}/" in page


def test_nothing_was_handed_out_yet(cast: Cast) -> None:
    small_project(cast, weight="light")
    page = client_of(cast.member).get(PAGE).content.decode()
    assert "还没有取用过文件" in page
    for word in ("章程", "会签", "承诺", "备忘录"):
        assert word not in page


def test_a_light_projects_register_names_only_what_it_has(cast: Cast) -> None:
    project = small_project(cast, weight="light")
    issued = handed(cast, project, kind="start-minutes", title="任务启动纪要").issued
    for path in (PAGE, f"/verify/{printed(issued.code)}/"):
        page = client_of(cast.member).get(path).content.decode()
        assert "任务启动纪要" in page
        for word in ("章程", "会签", "承诺", "备忘录"):
            assert word not in page


@pytest.mark.parametrize("count", [1, 8])
def test_queries_are_constant(cast: Cast, django_assert_max_num_queries: Any, count: int) -> None:
    project = small_project(cast)
    for key in range(count):
        sheet = opened(cast, project, shared={"items": [], "budget": f"{key}.00"}) if key % 2 else None
        handed(cast, project, key=key, sheet=sheet)
    client = client_of(cast.member)
    client.get(PAGE)
    with django_assert_max_num_queries(15):
        client.get(PAGE)


def test_a_paper_is_taken_along_again(cast: Cast) -> None:
    project = small_project(cast)
    first = handed(cast, project)
    path = f"{PAGE}{first.issued.pk}"
    answer = client_of(cast.member).get(f"{path}.docx")
    assert answer.content == first.content
    assert "attachment" in answer["Content-Disposition"]
    assert said()[:2] == ("paper-handed-out", {"paper": first.issued.pk, "ending": "docx", "digest": said()[1]["digest"]})
    member, stranger = client_of(cast.member), client_of(cast.stranger)
    with unchanged():
        for ending in ("xlsx", "exe", "html"):
            assert member.get(f"{path}.{ending}").status_code == 404
        assert stranger.get(f"{path}.docx").status_code == 404
        assert member.get(f"{PAGE}{10**15}.docx").status_code == 404


def test_papers_with_amounts_are_taken_by_who_reads_amounts(cast: Cast) -> None:
    project = small_project(cast)
    issued = handed(cast, project, kind="commitments", ending="xlsx", by=cast.head).issued
    assert KINDS["commitments"].amounts
    for person, status in (("manager", 200), ("finance", 200), ("head", 200), ("member", 403), ("other_head", 403)):
        assert client_of(getattr(cast, person)).get(f"{PAGE}{issued.pk}.xlsx").status_code == status
        endings = program_of(getattr(cast, person)).ask("GET", f"projects/S-1/issued-papers/{issued.pk}").json()["endings"]
        assert bool(endings) == (status == 200)


def test_who_signs_for_somebody_takes_nothing_from_the_register(cast: Cast) -> None:
    project = small_project(cast)
    issued = handed(cast, project, kind="tracking", ending="xlsx").issued
    grant = Grant(cast.stranger, clock.today(), clock.today())
    delegate_seat(by=cast.head, project=project, seat=f"head:{cast.rd.pk}", grant=grant, now=clock.now())
    client, program = client_of(cast.stranger), program_of(cast.stranger)
    with unchanged():
        assert client.get(f"{PAGE}{issued.pk}.xlsx").status_code == 403
        assert program.ask("GET", f"projects/S-1/issued-papers/{issued.pk}/files/xlsx").status_code == 403
    assert [endings for _one, endings in client.get(PAGE).context["rows"]] == [()]


def test_asking_whether_a_file_is_there_takes_none(cast: Cast) -> None:
    project = small_project(cast)
    issued, client = handed(cast, project).issued, client_of(cast.manager)
    with unchanged():
        for path in ("charter.docx", "memo.docx", "duty-statement.docx", "basic-information.docx", "report.docx"):
            assert client.head(f"/projects/S-1/{path}").status_code == 405
        for path in (f"papers/{issued.pk}.docx", "commitments.docx", "plan/papers/tracking.xlsx"):
            assert client.head(f"/projects/S-1/{path}").status_code == 405


def test_the_same_by_program(cast: Cast) -> None:
    some(cast)
    program = program_of(cast.member)
    listed = program.ask("GET", "projects/S-1/issued-papers?sort=number&limit=2").json()
    assert (listed["count"], [row["number"] for row in listed["items"]]) == (3, ["BW-S-1-001", "ZC-S-1-001"])
    one = listed["items"][1]
    assert (one["state"], one["version"], one["by"], one["endings"]) == ("superseded", 1, "陈一", ["docx", "pdf"])
    assert program.ask("GET", f"projects/S-1/issued-papers/{one['id']}").json() == one
    file = program.ask("GET", f"projects/S-1/issued-papers/{one['id']}/files/docx")
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    told = program_of(cast.stranger).ask("GET", f"papers/{one['code']}").json()
    assert (told["number"], told["state"], told["project"]) == (one["number"], "superseded", "S-1 小项目 S-1")
    assert {kept["ending"] for kept in told["files"]} == {"docx"}
    assert program.ask("GET", f"papers/{new_code()}").status_code == 404
    assert program.ask("GET", "projects/S-1/issued-papers?sort=code").status_code == 422


def test_the_pages_of_the_register_turn(cast: Cast) -> None:
    project = small_project(cast)
    row = handed(cast, project).issued
    fields = {
        name: getattr(row, name) for name in ("kind", "title", "digest", "at", "by", "by_name", "project", "version", "turn")
    }
    IssuedPaper.objects.bulk_create(
        IssuedPaper(**fields, content=b"", thing=f"t{n}", key=n, number=f"N-{n}", stem="N", serial=n, code=new_code())
        for n in range(60)
    )
    assert (len(rows_of(cast)), len(rows_of(cast, "?page=2")), len(rows_of(cast, "?page=99999"))) == (50, 11, 11)
    assert row.at == NOW
