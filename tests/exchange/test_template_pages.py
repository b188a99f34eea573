"""The pages of templates: choosing, the form with its preview, keeping one's own, files in and out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from exchange.test_template_start import MONDAY, chosen_for, source_of
from support.cast import NOW, Cast, planned_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.exchange.actions.starting import start_from_template
from tongzhou.exchange.actions.templates import About, save_template
from tongzhou.exchange.models import ProjectTemplate
from tongzhou.exchange.queries.templates.laying import Wanted
from tongzhou.exchange.queries.templates.listing import BUILT_IN, built_in, key_of
from tongzhou.lib import clock
from tongzhou.projects.models import Participation, Project, Seat

IMPORT = "/projects/new/template-file/"
CHOICE = "/projects/new/template/"
LAUNCH = f"{CHOICE}new-product-launch/"


def form_of(cast: Cast, **other: Any) -> dict[str, Any]:
    """What the form of the launch sends, with its guesses."""
    chosen = chosen_for(cast, built_in(BUILT_IN[0]))
    names = {person.pk: person.name for person in cast.people.values()}
    fields = {f"department-{key}": str(pk) for key, pk in chosen.departments.items()}
    fields |= {f"person-{key}": names[pk] for key, pk in chosen.people.items() if key != "pm"}
    return fields | {"name": "春季上市", "direction": "start", "day": "2024-03-04", "weight": "standard", "number": ""} | other


def text_of(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_ways_to_start_lead_to_the_templates(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = client_of(cast.manager)
    for address in ("/projects/new/", "/projects/new/list/"):
        assert f'href="{CHOICE}"' in text_of(client, address)
    with django_assert_max_num_queries(12):
        page = text_of(client, CHOICE)
    for key in BUILT_IN:
        assert f'href="{CHOICE}{key}/"' in page
        assert built_in(key).name in page
    save_template(by=cast.manager, about=About("自己的套路"), document=built_in("complaint-response"), now=NOW)
    with django_assert_max_num_queries(12):
        assert "自己的套路" in text_of(client, CHOICE)
    assert "自己的套路" not in text_of(client_of(cast.head), CHOICE)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "上市"}, {"new-product-launch"}),
        ({"q": "kehutousu"}, {"complaint-response"}),
        ({"q": "xcpss"}, {"new-product-launch"}),
        ({"q": "设计部"}, {"yearly-campaign"}),
        ({"q": "试点 客服部"}, {"service-improvement"}),
        ({"kind": "temporary"}, {"complaint-response"}),
        ({"kind": "process"}, {"service-improvement"}),
        ({"kind": "x"}, set(BUILT_IN)),
        ({"q": "没有这样的"}, set()),
        ({"archived": "1"}, set()),
    ],
)
def test_templates_are_found_by_words_sound_and_kind(cast: Cast, query: dict[str, str], found: set[str]) -> None:
    page = text_of(client_of(cast.manager), CHOICE, **query)
    assert {key for key in BUILT_IN if f'href="{CHOICE}{key}/"' in page} == found


def test_the_form_guesses_and_shows_what_will_be_made(cast: Cast, django_assert_max_num_queries: Any) -> None:
    cast.rd.head = cast.head
    cast.rd.save()
    client = client_of(cast.manager)
    with clock.pretend(NOW), unchanged(), django_assert_max_num_queries(18):
        page = text_of(client, LAUNCH)
    assert f'<option value="{cast.rd.pk}" selected>研发部</option>' in page
    assert "2024-03-01 至" in page
    assert "样机定型" in page
    assert re.search(r'<input[^>]*name="person-rd-head"[^>]*value="李四（研发部）"', page) or re.search(
        r'<input[^>]*value="李四（研发部）"[^>]*name="person-rd-head"', page
    )


def test_the_form_lets_choose_who_initiates_and_who_leads(cast: Cast) -> None:
    client = client_of(cast.manager)
    page = text_of(client, LAUNCH)
    assert '<option value="mkt" selected>市场部</option>' in page
    assert '<option value="rd" selected>研发部</option>' in page
    assert "售后部</option>" not in page.split('name="lead"')[1].split("</select>")[0]
    assert "发起部门：市场部；牵头部门：研发部" in page
    said = form_of(cast, lead="sales", initiating="prod")
    shown = client.post(LAUNCH, said, headers={"HX-Request": "true"}).content.decode()
    assert "发起部门：生产部；牵头部门：销售部" in shown
    with unchanged():
        assert client.post(LAUNCH, form_of(cast, lead="no")).status_code == 422
        missing = client.post(LAUNCH, said | {"department-sales": ""})
        assert missing.status_code == 422
    assert "请选择牵头部门。" in missing.content.decode()
    assert client.post(LAUNCH, said).status_code == 302
    parts = Participation.objects.filter(project=Project.objects.latest("pk"))
    assert (parts.get(is_initiating=True).department.name, parts.get(kind="lead").department.name) == ("生产部", "销售部")


def test_the_preview_names_the_first_tasks_with_their_days(cast: Cast) -> None:
    page = client_of(cast.manager).post(LAUNCH, form_of(cast), headers={"HX-Request": "true"}).content.decode()
    first = page.split("最先开始的任务")[1].split("</ul>")[0]
    assert first.count("<li>") == 5
    assert first.index("市场需求与竞品分析") < first.index("产品定义与功能清单")
    assert "03-04–03-08" in first
    assert "启动会议程项" in page


def test_the_preview_follows_the_form_and_writes_nothing(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = client_of(cast.manager)
    with unchanged(), django_assert_max_num_queries(16):
        answer = client.post(LAUNCH, form_of(cast, day="2024-05-01"), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "2024-05-01 是休息日，项目从 2024-05-06 开始。" in page
    assert "<h1" not in page
    back = client.post(
        LAUNCH, form_of(cast, day="2024-09-30", direction="finish"), headers={"HX-Request": "true"}
    ).content.decode()
    assert "至 2024-09-30，" in back
    few = client.post(LAUNCH, form_of(cast, **{"department-sales": ""}), headers={"HX-Request": "true"}).content.decode()
    assert "销售部不带入：" in few
    wrong = client.post(LAUNCH, form_of(cast, **{"person-finance": "无此人"}), headers={"HX-Request": "true"}).content.decode()
    assert "没有叫“无此人”的人。" in wrong


def test_sending_it_starts_the_project(cast: Cast) -> None:
    answer = client_of(cast.manager).post(LAUNCH, form_of(cast))
    project = Project.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/projects/{project.number}/start/")
    assert (project.name, project.starts_on) == ("春季上市", MONDAY)
    assert Participation.objects.filter(project=project).count() == 5
    assert Seat.objects.filter(participation__project=project, holder=cast.liaison, kind="liaison").exists()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": ""}, "tz-error"),
        ({"day": "2024-02-30"}, ""),
        ({"day": "9999-12-31"}, ""),
        ({"department-rd": ""}, "请选择牵头部门。"),
        ({"department-rd": "9" * 40}, ""),
        ({"department-rd": "x"}, ""),
        ({"person-finance": "谁"}, "没有叫“谁”的人。"),
        ({"number": "a b"}, ""),
        ({"weight": "x"}, ""),
        ({"direction": "x"}, ""),
        ({"name": "\0"}, ""),
    ],
)
def test_a_wrong_form_comes_back_with_words_and_writes_nothing(cast: Cast, other: dict[str, Any], said: str) -> None:
    client = client_of(cast.manager)
    with unchanged():
        answer = client.post(LAUNCH, form_of(cast, **other))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_it_is_said_why_a_template_cannot_be_started(cast: Cast) -> None:
    document = built_in(BUILT_IN[0])
    unseen = replace(document, commitments=(replace(document.commitments[0], what="\u200b"),))
    row = save_template(by=cast.manager, about=About("套路"), document=unseen, now=NOW)
    client = client_of(cast.manager)
    client.get(f"{CHOICE}{key_of(row)}/")
    with unchanged():
        answer = client.post(f"{CHOICE}{key_of(row)}/", form_of(cast))
    page = answer.content.decode()
    assert (answer.status_code, "有的值不能使用" in page, "请写明需要什么" in page) == (422, True, True)


def test_who_is_meant_must_be_clear(cast: Cast) -> None:
    cast.stranger.name = "韩十七"
    cast.stranger.save()
    client = client_of(cast.manager)
    with unchanged():
        answer = client.post(LAUNCH, form_of(cast))
    assert "叫“韩十七”的不止一人，请从列表中选择。" in answer.content.decode()
    answer = client.post(LAUNCH, form_of(cast, **{"person-finance": "韩十七（财务部）"}))
    assert answer.status_code == 302


def test_a_template_of_the_product_is_shown_and_exported(cast: Cast) -> None:
    client = client_of(cast.stranger)
    for key in BUILT_IN:
        page = text_of(client, f"{CHOICE}{key}/contents/")
        assert built_in(key).tasks[-1].name in page
        answer = client.get(f"{CHOICE}{key}/file/")
        assert json.loads(answer.content)["name"] == built_in(key).name
        assert "attachment" in answer["Content-Disposition"]
    for address in ("settings", "archive", "removal", "editions"):
        with unchanged():
            assert client.post(f"{CHOICE}{BUILT_IN[0]}/{address}/", {"name": "x"}).status_code == 422


def test_a_file_becomes_ones_own_template(cast: Cast) -> None:
    client = client_of(cast.member)
    content = client.get(f"{LAUNCH}file/").content
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("t.json", content)})
    row = ProjectTemplate.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{CHOICE}{key_of(row)}/contents/")
    assert (row.owner, row.shared, row.name) == (cast.member, False, "新产品上市")
    page = text_of(client, f"{CHOICE}{key_of(row)}/contents/")
    assert "仅自己" in page
    assert client.get(f"{CHOICE}{key_of(row)}/file/").content == content


def test_a_broken_file_is_refused_with_every_fault(cast: Cast) -> None:
    client = client_of(cast.manager)
    document = json.loads(client.get(f"{LAUNCH}file/").content)
    document["tasks"][3]["predecessors"] = [{"task": "x7"}]
    document["tasks"][5]["owner"] = "<b>x8</b>"
    with unchanged():
        answer = client.post(IMPORT, {"file": SimpleUploadedFile("t.json", json.dumps(document).encode())})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "<code>tasks[3].predecessors[0].task</code> 引用了“x7”，但它不存在。" in page
        assert "<code>tasks[5].owner</code>" in page
        assert "<b>x8</b>" not in page
        for content in (b"", b"{", b"[" * 100_000, b" " * (1024 * 1024 + 1)):
            assert client.post(IMPORT, {"file": SimpleUploadedFile("t.json", content)}).status_code == 422
        assert client.post(IMPORT, {}).status_code == 422


def test_settings_editions_archive_and_removal(cast: Cast) -> None:
    client = client_of(cast.manager)
    planned_project(cast)
    row = save_template(by=cast.manager, about=About("套路"), document=built_in("complaint-response"), now=NOW)
    address = f"{CHOICE}{key_of(row)}"
    assert client.post(f"{address}/settings/", {"name": "好套路", "shared": "on", "version": "1"}).status_code == 302
    assert "好套路" in text_of(client_of(cast.stranger), CHOICE)
    sent = {"name": "坏套路", "description": "写了很久的说明", "version": "1"}
    with unchanged():
        late = client.post(f"{address}/settings/", sent)
    typed = late.content.decode()
    assert late.status_code == 412
    assert "其他人刚刚修改了该模板" in typed and "<h1>好套路</h1>" in typed and 'name="version" value="2"' in typed
    assert 'value="坏套路"' in typed and "写了很久的说明</textarea>" in typed
    file = SimpleUploadedFile("t.json", client.get(f"{LAUNCH}file/").content)
    assert client.post(f"{address}/editions/", {"file": file}).status_code == 302
    page = text_of(client, f"{address}/contents/")
    assert "第 2 版" in page
    assert "样机定型" in page
    assert "样机定型" not in text_of(client, f"{address}/contents/", edition="1")
    assert client.get(f"{address}/contents/", {"edition": "9"}).status_code == 404
    assert client.post(f"{address}/archive/").status_code == 302
    assert "好套路" not in text_of(client, CHOICE)
    assert "好套路" in text_of(client, CHOICE, archived="1")
    assert client.post(f"{address}/archive/", {"back": "1"}).status_code == 302
    assert "好套路" in text_of(client, CHOICE)
    for other in ("settings", "editions", "archive", "removal"):
        assert client_of(cast.stranger).post(f"{address}/{other}/", {"name": "x"}).status_code in (403, 422)
    assert client.post(f"{address}/removal/").status_code == 302
    assert client.get(f"{address}/contents/").status_code == 404


def test_what_is_not_hers_never_was(cast: Cast) -> None:
    row = save_template(by=cast.manager, about=About("套路"), document=built_in("complaint-response"), now=NOW)
    client = client_of(cast.stranger)
    for part in ("", "contents/", "file/"):
        there, nowhere = (client.get(f"{CHOICE}{key}/{part}") for key in (key_of(row), "own-99999"))
        assert (there.status_code, there.content) == (404, nowhere.content)
    for key in ("own-x", "own-" + "9" * 40, "nothing", "own-"):
        assert client.get(f"{CHOICE}{key}/").status_code == 404


def test_a_project_is_kept_by_who_leads_it(cast: Cast, django_assert_max_num_queries: Any) -> None:
    project = planned_project(cast)
    address = f"/projects/{project.number}/template/"
    client, liaison, stranger = (client_of(person) for person in (cast.manager, cast.liaison, cast.stranger))
    with django_assert_max_num_queries(32):
        page = text_of(client, address)
    assert "个部门。人员转为角色" in page
    with unchanged():
        assert client.post(address, {"name": "", "parts": ["tasks"]}).status_code == 422
        assert client.post(address, {"name": "x", "parts": ["nothing"]}).status_code == 422
        assert liaison.get(address).status_code == 403
        assert stranger.get(address).status_code == 404
    answer = client.post(address, {"name": "小项目套路", "parts": ["departments", "people", "tasks", "scope"], "shared": "on"})
    row = ProjectTemplate.objects.get()
    assert (answer["Location"], row.shared) == (f"{CHOICE}{key_of(row)}/contents/", True)
    assert client_of(cast.general_lead).get(address).status_code == 200


def test_a_light_start_shows_none_of_the_heavy_words(cast: Cast) -> None:
    client = client_of(cast.manager)
    for address in (f"{CHOICE}complaint-response/", f"{CHOICE}complaint-response/contents/"):
        page = text_of(client, address)
        assert [word for word in ("章程", "会签", "承诺", "备忘录") if word in page] == []
    wanted = Wanted("漏液投诉", date(2024, 3, 4), chosen=chosen_for(cast, built_in("complaint-response")))
    project = start_from_template(by=cast.manager, source=source_of("complaint-response"), wanted=wanted, now=NOW)
    page = text_of(client, f"/projects/{project.number}/plan/")
    assert [word for word in ("章程", "会签", "承诺", "备忘录") if word in page] == []


def test_the_pages_of_what_was_brought_open(cast: Cast) -> None:
    client = client_of(cast.manager)
    client.post(LAUNCH, form_of(cast))
    number = Project.objects.get().number
    for name in (
        "project_start",
        "objectives",
        "project_scope",
        "communication",
        "project_roles",
        "charter",
        "commitments",
        "plan",
    ):
        assert client.get(reverse(name, args=[number])).status_code == 200, name
