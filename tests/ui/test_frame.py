"""The frame: gallery, sign-in page, error pages."""

import pytest
from django.test import Client, RequestFactory

from tongzhou.lib.access import Refused
from tongzhou.lib.web import refusal
from tongzhou.people.models import User
from tongzhou.ui.templatetags.ui import GALLERY

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(User.objects.create_user(login="chenyi", name="陈一", password="a long enough phrase"))
    return client


def test_the_gallery_shows_every_component(signed_in: Client) -> None:
    page = signed_in.get("/gallery/").content.decode()
    assert [name for name in GALLERY if f'id="{name}-head"' not in page] == []


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/gallery/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/gallery/")


def test_the_frame_names_the_person_and_marks_where_one_is(signed_in: Client) -> None:
    page = signed_in.get("/departments/").content.decode()
    assert "陈一" in page
    assert '<a class="tz-nav is-on" href="/departments/"' in page


def test_the_sign_in_page_ties_label_help_and_error_to_the_field(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    assert 'id="id_login_error"' in page
    assert 'aria-describedby="id_login_error"' in page
    assert page.count('aria-invalid="true"') == 2


def test_the_missing_page_is_the_same_bytes_for_everybody(signed_in: Client) -> None:
    stranger = Client().get("/accounts/nothing/here/")
    assert stranger.status_code == 404
    assert stranger.content == signed_in.get("/somewhere/else/").content
    assert "没有这个页面" in stranger.content.decode()


def test_a_used_way_in_says_what_to_do(client: Client) -> None:
    answer = client.get("/enter/long-gone/")
    assert answer.status_code == 410
    assert "可以向管理员要一个新的" in answer.content.decode()


def test_a_refusal_is_a_page_for_the_browser_and_a_fragment_for_htmx() -> None:
    page = refusal(RequestFactory().post("/"), Refused("late", "太晚了"))
    fragment = refusal(RequestFactory().post("/", headers={"HX-Request": "true"}), Refused("late", "太晚了"))
    assert (page.status_code, fragment.status_code) == (422, 422)
    assert page.content.decode().startswith("<!doctype html>")
    assert "<html" not in fragment.content.decode()
    assert "太晚了" in fragment.content.decode()


def test_an_address_that_takes_a_form_says_so_when_it_is_opened(signed_in: Client) -> None:
    answer = signed_in.get("/people/999999/disabled/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in answer.content.decode()
    never = signed_in.get("/projects/NEVER/comments/9/")
    assert never.status_code == 405 and never.content == answer.content
    assert signed_in.put("/people/999999/disabled/").content == b""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/people/new/", "/departments/"),
        ("/calendars/", "/departments/"),
        ("/projects/settings/", "/admin/"),
        ("/organisation/rhythm/", "/admin/"),
        ("/escalations/limits/", "/admin/"),
        ("/administration/deliveries/", "/admin/"),
    ],
)
def test_pages_below_another_place_mark_it(signed_in: Client, path: str, place: str) -> None:
    User.objects.update(is_administrator=True)
    page = signed_in.get(path).content.decode()
    assert [part.split('"')[0] for part in page.split('<a class="tz-nav is-on" href="')[1:]] == [place]


def test_the_calendars_are_reached_from_ones_own_page(signed_in: Client) -> None:
    assert '<a class="tz-btn" href="/calendars/">' in signed_in.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("referer", "shown"),
    [
        ("http://testserver/projects/S-1/start/", True),
        ("https://elsewhere.example/", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_refusal_leads_back_to_the_page_of_ours(referer: str, shown: bool) -> None:
    page = refusal(RequestFactory().post("/", headers={"Referer": referer}), Refused("late", "太晚了")).content.decode()
    assert ("返回上一页" in page, f'href="{referer}"' in page) == (shown, shown)
