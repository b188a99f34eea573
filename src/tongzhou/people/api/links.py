"""Operations: one-time ways in, and what the administrator looks after."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Refused, access_declared, require
from tongzhou.lib.rest import Input, Key, PageOf, json_answer, page_answer, told_once
from tongzhou.people import actions
from tongzhou.people.access import can_open_sessions, token_of
from tongzhou.people.api.shapes import PersonOut, administrator, person_or_404, person_told
from tongzhou.people.models import User
from tongzhou.people.queries import organisation
from tongzhou.people.queries.people import address_of_link

router = Router(tags=["people"])


class WayIn(Schema):
    id: int
    name: str
    login: str
    employee_number: str
    department: str | None
    has_password: bool
    has_link: bool = Field(description="an unused link that still holds")


class WaysIn(Schema):
    items: list[WayIn]
    count: int
    next: str | None


class LinksIn(Input):
    people: list[Key] = Field(min_length=1, max_length=1000, description="ids of people who work here")


class LinkOut(Schema):
    person: PersonOut
    link: str | None = Field(description="told once; null where the same request is sent again with its Idempotency-Key")


class LinkMade(LinkOut):
    until: str


class LinksMade(Schema):
    items: list[LinkOut]
    until: str


class Attention(Schema):
    homeless: int = Field(description="people without department")
    headless: int = Field(description="departments without head")
    no_password: int
    administrators: int


class Overview(Schema):
    attention: Attention
    unknown_years: list[int] = Field(description="this year and the next one, where the days off are not announced yet")
    people: int
    disabled: int
    links: int = Field(description="unused sign-in links")
    tokens: int = Field(description="personal tokens in use")


@router.get("administration", response=Overview, summary="管理概况：需要处理的事项")
@access_declared(ADMINISTRATOR)
def overview(request: HttpRequest) -> HttpResponse:
    administrator(request)
    return json_answer(organisation.overview(clock.now(), clock.today()))


@router.get("sign-in-links", response=WaysIn, summary="谁能登录，谁有未使用的登录链接")
@access_declared(ADMINISTRATOR)
def ways_in(request: HttpRequest, page: Query[PageOf], department: Key | None = None) -> HttpResponse:
    """The people (of a department and all below it) and whether each can come in; at most 1,000 are looked at."""
    administrator(request)
    rows = organisation.without_way_in(department, clock.now())
    items = [
        {
            "id": row["pk"],
            "name": row["name"],
            "login": row["login"],
            "employee_number": row["employee_number"],
            "department": row["department_name"],
            "has_password": not row["no_password"],
            "has_link": row["link"],
        }
        for row in rows[page.offset :][: page.limit]
    ]
    return page_answer(request, page, items, len(rows))


@router.post("sign-in-links", response={201: LinksMade}, summary="为多人生成一次性登录链接")
@access_declared(ADMINISTRATOR)
def make_links(request: HttpRequest, data: LinksIn) -> HttpResponse:
    """Make a one-time way in for each; older unused ones end. By token: one that reads, writes and manages people."""
    user = _may_open(request)
    found = User.objects.filter(is_active=True).select_related("department").in_bulk(data.people)
    unknown = [key for key in data.people if key not in found]
    if unknown:
        raise Refused("person-unknown", _("There is no such person."), f"people.{data.people.index(unknown[0])}")
    now, people = clock.now(), [found[key] for key in dict.fromkeys(data.people)]
    made = actions.make_sign_in_links(by=user, people=people, now=now)
    items = [{"person": person_told(person), "link": address_of_link(token)} for person, token in made]
    told = {"items": items, "until": (now + actions.LINK_LIFETIME).isoformat()}
    return told_once(told, told | {"items": [item | {"link": None} for item in items]})


@router.post("people/{person_id}/sign-in-link", response={201: LinkMade}, summary="生成一次性登录链接")
@access_declared(ADMINISTRATOR)
def make_link(request: HttpRequest, person_id: Key) -> HttpResponse:
    """Make a one-time way in; older unused ones end. By token: one that reads, writes and manages people."""
    user, person, now = _may_open(request), person_or_404(person_id), clock.now()
    token = actions.make_sign_in_link(by=user, person=person, now=now)
    until = (now + actions.LINK_LIFETIME).isoformat()
    told = {"person": person_told(person), "link": address_of_link(token), "until": until}
    return told_once(told, told | {"link": None})


def _may_open(request: HttpRequest) -> User:
    user = administrator(request)
    require(can_open_sessions(token_of(request)), _("Who comes in by a link may do all: this token does not include all."))
    return user
