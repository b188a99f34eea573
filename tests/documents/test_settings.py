"""How the organisation's papers look: letterhead, numbering, fixed texts; two at once, and what is no logo."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.papers import handed
from documents.test_handing_out import text_of
from support.api import program_of
from support.cast import NOW, Cast, small_project
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.documents.actions import Head, Wording, change_kind, change_letterhead
from tongzhou.documents.models import KindSetting, Letterhead
from tongzhou.documents.queries.kinds import KINDS, wording
from tongzhou.lib.access import Forbidden, Stale

PAGE = "/organisation/papers/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def png(width: int = 4, height: int = 2, data: bytes | None = None) -> bytes:
    """Return a red picture, as small as it can be said."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = (b"\0" + b"\xff\0\0" * width) * height if data is None else data
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


BOMB = png(100_000, 100_000, b"\0" * 10_000_000)
BAD_LOGOS = {
    "html": (HTML, "logo-not-a-picture"),
    "svg": (SVG, "logo-not-a-picture"),
    "nothing of a picture": (b"\x89PNG\r\n\x1a\n" + HTML, "logo-not-a-picture"),
    "gif": (b"GIF89a" + b"\0" * 50, "logo-not-a-picture"),
    "bomb": (BOMB, "logo-too-many-pixels"),
    "large": (b"\x89PNG" + b"\0" * (2 * 2**20), "logo-too-large"),
    "damaged": (png()[:45] + b"\0\0\0\0", "logo-damaged"),
}


def logo(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_letterhead_stands_on_every_paper(cast: Cast) -> None:
    project = small_project(cast)
    plain = handed(cast, project)
    assert "同舟科技" not in text_of(plain.content)
    client = client_of(cast.administrator)
    given = {"organisation": " 同舟科技 ", "header": "内部资料", "logo": logo(png()), "version": "0"}
    assert client.post(PAGE, given).status_code == 302
    row = Letterhead.objects.get()
    assert (row.organisation, row.header, row.version) == ("同舟科技", "内部资料", 1)
    assert bytes(row.logo).startswith(b"\x89PNG")
    kind, data, changes = said()
    assert (kind, data) == ("letterhead-changed", {"version": 1})
    assert changes[0][3].keys() == {"organisation", "header", "logo"}
    assert len(changes[0][3]["logo"]) == 16
    # The paper is the same, its files are others.
    again = handed(cast, project)
    assert again.issued.pk == plain.issued.pk
    assert "同舟科技" in text_of(again.content)
    page = client.get(PAGE).content.decode()
    assert "data:image/png;base64," in page
    # A logo stays until it is taken away.
    client.post(PAGE, {"organisation": "同舟科技", "header": "", "version": "1"})
    assert Letterhead.objects.get().logo
    client.post(PAGE, {"organisation": "同舟科技", "remove_logo": "on", "version": "2"})
    assert not Letterhead.objects.get().logo


@pytest.mark.parametrize(("content", "code"), BAD_LOGOS.values(), ids=BAD_LOGOS.keys())
def test_what_is_no_logo(cast: Cast, content: bytes, code: str) -> None:
    with refused(code, "logo"):
        change_letterhead(by=cast.administrator, head=Head("", "", content), now=NOW)
    client = client_of(cast.administrator)
    with unchanged():
        answer = client.post(PAGE, {"organisation": "同舟", "logo": logo(content), "version": "0"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["logo"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"organisation": "长" * 121}, "organisation"),
        ({"header": "长" * 121}, "header"),
        ({"organisation": "a\0b"}, "organisation"),
        ({"version": "x"}, "version"),
        ({"version": "9" * 5000}, "version"),
    ],
)
def test_bad_letterheads(cast: Cast, values: dict[str, str], field: str) -> None:
    client = client_of(cast.administrator)
    with unchanged():
        answer = client.post(PAGE, values)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]


def test_numbering_and_texts_of_a_kind(cast: Cast) -> None:
    client, page = client_of(cast.administrator), f"{PAGE}charter/"
    defaults = wording("charter")
    given = {"numbering": "章〔{year}〕{n}号", **defaults, "closing": "第一行\r\n🚀𠮷<b>=1+1", "version": "0"}
    assert client.post(page, given).status_code == 302
    row = KindSetting.objects.get()
    # Only what is one's own is kept, so that a better default comes with the next release.
    assert (row.numbering, row.texts) == ("章〔{year}〕{n}号", {"closing": "第一行\n🚀𠮷<b>=1+1"})
    assert said()[:2] == ("paper-kind-changed", {"kind": "charter", "version": 1})
    assert (wording("charter")["closing"], wording("charter")["preamble"]) == (row.texts["closing"], defaults["preamble"])
    assert handed(cast, small_project(cast)).issued.number == "章〔2024〕1号"
    shown = client.get(page).content.decode()
    assert "🚀𠮷&lt;b&gt;=1+1" in shown
    assert shown.count("恢复默认") == 3  # numbering, closing, and all of them
    with unchanged():
        assert client.post(page, given | {"version": "1"}).status_code == 302
        back = client.post(page, given | {"default": "closing", "version": "1"})
    assert (back.status_code, back.context["form"]["closing"].value()) == (200, KINDS["charter"].texts["closing"])
    assert back.context["form"]["numbering"].value() == "章〔{year}〕{n}号"
    everything = client.post(page, given | {"default": "all", "version": "1"}).context["form"]
    values = {name: everything[name].value() for name in ("numbering", "preamble", "declaration", "closing")}
    assert values == {"numbering": KINDS["charter"].numbering, **KINDS["charter"].texts}
    assert client.post(page, values | {"version": "1"}).status_code == 302
    assert (KindSetting.objects.get().numbering, KindSetting.objects.get().texts) == ("", {})


@pytest.mark.parametrize("pattern", ["", "ZC", "{n}{n}", "{who}{n}", "{n}" + "长" * 60, "{n", "{n}\u202e"])
def test_what_nothing_can_be_numbered_by(cast: Cast, pattern: str) -> None:
    with refused("pattern-invalid", "numbering"):
        change_kind(by=cast.administrator, kind="charter", wording=Wording(pattern, {}), now=NOW)
    client = client_of(cast.administrator)
    with unchanged():
        answer = client.post(f"{PAGE}charter/", {"numbering": pattern, "version": "0"})
    assert (answer.status_code, "numbering" in answer.context["form"].errors) == (422, True)


def test_long_texts_and_unknown_kinds(cast: Cast) -> None:
    with refused("too-long", "closing"):
        change_kind(by=cast.administrator, kind="memo", wording=Wording("{n}", {"closing": "长" * 2001}), now=NOW)
    client = client_of(cast.administrator)
    with unchanged():
        assert client.post(f"{PAGE}memo/", {"numbering": "{n}", "closing": "长" * 2001}).status_code == 422
        for path in ("nothing/", "nothing/preview/", "nothing/sample.pdf", "charter/sample.xlsx", "charter/sample.exe"):
            method = client.post if "preview" in path else client.get
            assert method(f"{PAGE}{path}").status_code == 404


def test_two_at_once_lose_nothing(cast: Cast) -> None:
    client, page = client_of(cast.administrator), f"{PAGE}memo/"
    change_kind(by=cast.administrator, kind="memo", wording=Wording("{n}", {"closing": "她的"}), now=NOW)
    late = {"numbering": "{n}", "closing": "我的", "version": "0"}
    with unchanged():
        answer = client.post(page, late)
    assert answer.status_code == 412
    assert ("结尾说明", "她的", "我的") in answer.context["theirs"]
    assert "她的" in answer.content.decode()
    assert client.post(page, late | {"version": answer.context["form"]["version"].value()}).status_code == 302
    assert wording("memo")["closing"] == "我的"
    change_letterhead(by=cast.administrator, head=Head("她的公司", ""), now=NOW)
    late = client.post(PAGE, {"organisation": "我的公司", "header": "", "version": "0"})
    assert (late.status_code, late.context["theirs"]) == (412, [("公司名称", "她的公司", "我的公司")])
    for write in (
        lambda: change_kind(by=cast.administrator, kind="memo", wording=Wording("{n}", {}), version=0, now=NOW),
        lambda: change_letterhead(by=cast.administrator, head=Head("", ""), version=0, now=NOW),
    ):
        with refused("stale", kind=Stale):
            write()


def test_a_picture_that_came_with_a_form_that_is_shown_again_must_be_chosen_again(cast: Cast) -> None:
    client, again = client_of(cast.administrator), "“新.png”尚未保存：请重新选择图片。"
    change_letterhead(by=cast.administrator, head=Head("同舟", "", png()), now=NOW)
    with unchanged():
        wrong = client.post(PAGE, {"organisation": "长" * 121, "logo": logo(png(9, 9), "新.png"), "version": "1"})
        late = client.post(PAGE, {"organisation": "同舟", "logo": logo(png(9, 9), "新.png"), "version": "0"})
        gone = client.post(PAGE, {"organisation": "同舟", "remove_logo": "on", "version": "0"})
        same = client.post(PAGE, {"organisation": "同舟", "version": "0"})
        broken = client.post(PAGE, {"organisation": "同舟", "logo": logo(HTML), "version": "1"})
    assert (wrong.status_code, wrong.context["form"].errors["logo"]) == (422, [again])
    assert again in wrong.content.decode() and again in late.content.decode()
    assert (late.status_code, late.context["theirs"]) == (412, [("徽标", "下方显示的图片", "新.png")])
    assert late.context["form"].errors["logo"] == [again]
    assert gone.context["theirs"] == [("徽标", "下方显示的图片", "移除徽标")]
    assert (same.status_code, same.context["theirs"], "logo" in same.context["form"].errors) == (412, [], False)
    # What was wrong with the picture itself is said once, as it is.
    assert len(broken.context["form"].errors["logo"]) == 1 and again not in broken.content.decode()


@pytest.mark.parametrize("person", ["manager", "general_lead", "head"])
def test_only_the_administrator_sets(cast: Cast, person: str) -> None:
    by = getattr(cast, person)
    with refused("forbidden", kind=Forbidden):
        change_letterhead(by=by, head=Head("", ""), now=NOW)
    with refused("forbidden", kind=Forbidden):
        change_kind(by=by, kind="memo", wording=Wording("{n}", {}), now=NOW)


def test_what_nobody_changed_is_not_recorded(cast: Cast) -> None:
    change_letterhead(by=cast.administrator, head=Head("同舟", ""), now=NOW)
    change_kind(by=cast.administrator, kind="memo", wording=Wording("{n}", {}), now=NOW)
    with unchanged():
        change_letterhead(by=cast.administrator, head=Head("同舟", ""), version=1, now=NOW)
        change_kind(by=cast.administrator, kind="memo", wording=Wording("{n}", {}), version=1, now=NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_how_each_kind_would_look(cast: Cast, kind: str) -> None:
    client = client_of(cast.administrator)
    page = client.get(f"{PAGE}{kind}/").content.decode()
    assert f"{KINDS[kind].prefix}-XMB-2026-001-" in page
    shown = client.post(f"{PAGE}{kind}/preview/", {"numbering": "样{n:04}", "closing": "<i>结尾</i>"}).content.decode()
    assert "样0001" in shown
    assert "&lt;i&gt;结尾&lt;/i&gt;" in shown
    with unchanged():
        for ending in KINDS[kind].endings:
            answer = client.get(f"{PAGE}{kind}/sample.{ending}")
            assert (answer.status_code, answer.content[:2]) == (200, {"pdf": b"%P"}.get(ending, b"PK"))


def test_a_preview_of_what_is_no_pattern(cast: Cast) -> None:
    client = client_of(cast.administrator)
    for numbering in ("", "{", "x" * 5000, "\0"):
        assert client.post(f"{PAGE}charter/preview/", {"numbering": numbering}).status_code == 200


def test_the_administrators_page_leads_here(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = client_of(cast.administrator)
    assert f'href="{PAGE}"' in client.get("/admin/").content.decode()
    for path in (PAGE, f"{PAGE}charter/"):
        with django_assert_max_num_queries(15):
            assert client.get(path).status_code == 200


def test_the_same_by_program(cast: Cast) -> None:
    program = program_of(cast.administrator, "read", "write", "admin")
    head = program.ask("GET", "paper-letterhead")
    picture = base64.b64encode(png()).decode()
    body = {"organisation": "同舟", "header": "内部", "logo": picture}
    done = program.ask("PUT", "paper-letterhead", body, If_Match=head["ETag"])
    assert (done.status_code, done.json()["version"], len(done.json()["logo"])) == (200, 1, 64)
    with unchanged():
        late = program.ask("PUT", "paper-letterhead", body, If_Match=head["ETag"])
        bad = [program.ask("PUT", "paper-letterhead", body | {"logo": one}) for one in ("!", "SGFsbG8=", "长")]
    assert (late.status_code, late.json()["current"]["organisation"]) == (412, "同舟")
    assert {(answer.status_code, answer.json()["title"]) for answer in bad} == {(422, "logo-not-a-picture")}
    assert program.ask("PUT", "paper-letterhead", {"organisation": "同舟", "logo": ""}).json()["logo"] == ""
    one = program.ask("GET", "paper-kinds/charter")
    assert one.json()["numbering"] == KINDS["charter"].numbering
    changed = program.ask("PUT", "paper-kinds/charter", {"numbering": "{n:03}", "closing": "完"}, If_Match=one["ETag"])
    assert (changed.status_code, changed.json()["closing"], changed.json()["preamble"]) == (200, "完", "")
    with unchanged():
        assert program.ask("PUT", "paper-kinds/charter", {"numbering": "{n:03}"}, If_Match=one["ETag"]).status_code == 412
        assert program.ask("PUT", "paper-kinds/charter", {"numbering": "x"}).json()["title"] == "pattern-invalid"
        assert program.ask("GET", "paper-kinds/nothing").status_code == 404
        assert program.ask("PUT", "paper-kinds/nothing", {"numbering": "{n}"}).status_code == 404
    assert [row["kind"] for row in program.ask("GET", "paper-kinds").json()["items"]] == list(KINDS)
