"""What every operation of the API has in common: strict JSON, tags of versions, pages with a cap, problem documents."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from tongzhou.lib.access import Outdated, Refused, Stale, status_of
from tongzhou.lib.params import LARGEST_API_BODY, parse_day, strict_json
from tongzhou.lib.problems import problem_answer

LARGEST_PAGE = 200
LAST_OFFSET = 1_000_000
LONGEST_INSTANT = 40
# What pydantic names the kinds of a value that may be of several: no place in what was sent.
KIND = re.compile(
    r"(?s)(?:int|float|str|bool|decimal|date|constrained-\w+|(?:function-\w+|list|dict|nullable|lax-or-strict)\[.*)"
)


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("nul")
    return text


Words = Annotated[str, AfterValidator(_without_nul)]
"""A text as databases keep it: PostgreSQL takes no NUL."""


def _no_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "a whole number")
    return value


Key = Annotated[int, BeforeValidator(_no_truth_value), Field(ge=1, le=2**63 - 1)]
"""The id of a row; true is not 1."""


Whole = Annotated[int, BeforeValidator(_no_truth_value)]
"""A whole number; true is not 1."""


def _day(value: object) -> date:
    day = parse_day(value)
    if day is None:
        raise PydanticCustomError("date", "a day between 1970 and 2199")
    return day


Day = Annotated[date, BeforeValidator(_day)]
"""An ISO day that plans can have, between 1970 and 2199."""


def _instant(value: object) -> datetime:
    if isinstance(value, str) and len(value) <= LONGEST_INSTANT and parse_day(value[:10]) is not None:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
        if found is not None:
            return timezone.make_aware(found) if found.tzinfo is None else found
    raise PydanticCustomError("datetime", "an instant like 2026-03-05T17:00+08:00")


Instant = Annotated[datetime, BeforeValidator(_instant)]
"""A day and time between 1970 and 2199; without offset in the organisation's zone."""
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
"""A percent with at most two decimals."""


class Input(Schema):
    """What a program sends: a field that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


Count = Annotated[int | float, BeforeValidator(_no_truth_value)]
"""A number; true is not 1."""


def left_out(**limits: Any) -> Any:
    """The default of a field that a change may leave out, and that null does not empty."""
    return Field(None, **limits)


class PageOf(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(50, ge=1, le=LARGEST_PAGE, description="how many, at most 200")
    offset: int = Field(0, ge=0, le=LAST_OFFSET)


class StrictParser(Parser):
    """Refuses what JSON has not (NaN), what no database keeps (NUL, lone surrogates), and what is too deep or too large."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type and not request.content_type.endswith("json"):
            raise HttpError(415, _("Send application/json."))
        value: dict[str, Any] = strict_json(request.body, LARGEST_API_BODY)
        return value


def json_answer(data: object, *, status: int = 200, etag: str = "") -> HttpResponse:
    """Answer with ready data: no second validation, Chinese as it is, the tag of the version where there is one."""
    answer = JsonResponse(data, status=status, safe=False, json_dumps_params={"ensure_ascii": False})
    if etag:
        answer.headers["ETag"] = etag
    return answer


def page_answer(request: HttpRequest, page: PageOf, items: Sequence[object], count: int, **beside: object) -> HttpResponse:
    """Answer with one page: {"items", "count", "next"} and what stands beside; `next`: the following page's address or null."""
    return json_answer({"items": items, "count": count, "next": _next_page(request, page, count), **beside})


def page_of_texts(request: HttpRequest, page: PageOf, items: Sequence[str], count: int) -> HttpResponse:
    """Answer as page_answer does, with items that are JSON already."""
    rest = json.dumps({"count": count, "next": _next_page(request, page, count)}, ensure_ascii=False)
    return HttpResponse(f'{{"items":[{",".join(items)}],{rest[1:]}', content_type="application/json")


def _next_page(request: HttpRequest, page: PageOf, count: int) -> str | None:
    following = page.offset + page.limit
    if following >= count:
        return None
    query = request.GET.copy()
    query["limit"], query["offset"] = str(page.limit), str(following)
    return f"{request.path}?{query.urlencode()}"


def page_of_rows(request: HttpRequest, page: PageOf, rows: QuerySet[Any], shape: Callable[[Any], object]) -> HttpResponse:
    """Answer with a page of a queryset. Two queries."""
    found = rows[page.offset : page.offset + page.limit]
    return page_answer(request, page, [shape(row) for row in found], rows.count())


class ToldOnce(HttpResponse):
    """An answer with something that nobody can see again; `told_again` is what is kept of it for its Idempotency-Key."""

    told_again: bytes


def told_once(data: object, again: object) -> HttpResponse:
    """Answer 201 with `data`, and with `again`, which holds no secret, where the same request is sent again."""
    answer = ToldOnce(json_answer(data).content, status=201, content_type="application/json")
    answer.told_again = json_answer(again).content
    return answer


def told_at(moment: datetime | None) -> str | None:
    """Return an instant as the API tells it: in UTC, also where it was typed in another zone and not read back yet."""
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def tag_of(kind: str, *parts: object) -> str:
    """Return the entity tag (RFC 9110) of a version of an object."""
    return f'"{kind}-{"-".join(str(part) for part in parts)}"'


def tag_of_content(kind: str, told: Mapping[str, Any]) -> str:
    """Return the entity tag of an object without a version of its own: that of what is told of it."""
    content = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    return tag_of(kind, hashlib.sha256(content).hexdigest()[:20])


def require_match(request: HttpRequest, tag: str, current: Callable[[], Mapping[str, Any]]) -> None:
    """Go on only if the request was made for this version; a request without If-Match does not ask.

    :raises Stale: with what the object is now, where `If-Match` names another version.
    """
    asked = request.headers.get("If-Match")
    if asked is None or asked.strip() == "*":
        return
    # A compressed answer carries the tag as a weak one. It names the version of the object, not the bytes of the answer.
    if tag not in (part.strip().removeprefix("W/") for part in asked.split(",")):
        raise Stale("stale", _("Somebody else changed this in the meantime."), current=dict(current()) | {"etag": tag})


def require_condition(request: HttpRequest) -> None:
    """Go on only if the request says for which version it was made.

    :raises HttpError: 428 (RFC 6585) otherwise.
    """
    if request.headers.get("If-Match") is None:
        raise HttpError(428, _("Say with If-Match which version you read: what this concerns is promised or signed."))


def not_changed(request: HttpRequest, tag: str) -> HttpResponse | None:
    """Return 304 where the asker has this version already."""
    known = request.headers.get("If-None-Match", "")
    if tag and tag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return HttpResponse(status=304, headers={"ETag": tag})
    return None


def hang_problems(api: NinjaAPI) -> None:
    """Let every error of the API answer as a problem document."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(Http404, lambda request, error: problem_answer(404, "not-found", _("There is no such thing.")))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http_error)


def _refused(request: HttpRequest, error: Refused | type[Refused]) -> HttpResponse:
    assert isinstance(error, Refused)
    members: dict[str, object] = {"errors": error.errors or {error.field: error.message}} if error.errors or error.field else {}
    if error.link:
        members["link"] = error.link
    if isinstance(error, Stale):
        return problem_answer(412, error.code, error.message, **members, current=error.current)
    if isinstance(error, Outdated):
        members["difference"] = error.difference
    return problem_answer(status_of(error), error.code, error.message, **members)


def _http_error(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(error, HttpError)
    codes = {400: "not-json", 401: "sign-in-required", 415: "media-type", 428: "if-match-needed"}
    text = _("The request is not valid JSON.") if error.status_code == 400 else error.message
    return problem_answer(error.status_code, codes.get(error.status_code, "refused"), text)


def _invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    assert isinstance(error, ValidationError)
    # Of a value that may be of several kinds each kind complains: the first one speaks for all.
    errors = {_place(entry["loc"]): _words_of(entry) for entry in reversed(error.errors[:50])}
    return problem_answer(422, "invalid", _("Some values cannot be used."), errors=errors)


def _place(location: Sequence[object]) -> str:
    """Return where a value stood: without the kind of input and the name of the argument, dotted."""
    parts = [str(part) for part in location]
    kept = parts[2:] if parts[:1] in (["body"], ["form"]) and len(parts) > 2 else parts[1:]
    # The branches of a union are named after their types; the name of the field itself comes first.
    return ".".join(part for at, part in enumerate(kept) if at == 0 or not KIND.fullmatch(part))[:200] or "body"


def _words_of(entry: Mapping[str, Any]) -> str:
    """Return an error of pydantic in the user's language."""
    context = entry.get("ctx") or {}
    known = {
        "missing": _("This is needed."),
        "int_parsing": _("A whole number is needed."),
        "int_type": _("A whole number is needed."),
        "int_from_float": _("A whole number is needed."),
        "float_parsing": _("A number is needed."),
        "float_type": _("A number is needed."),
        "decimal_parsing": _("A number is needed."),
        "bool_parsing": _("Yes or no (true or false) is needed."),
        "bool_type": _("Yes or no (true or false) is needed."),
        "string_type": _("A text is needed."),
        "list_type": _("A list is needed."),
        "dict_type": _("An object is needed."),
        "model_attributes_type": _("An object is needed."),
        "extra_forbidden": _("There is no such field."),
    }
    limits = {
        "string_too_long": _("At most %(limit)s characters.") % {"limit": context.get("max_length", "")},
        "string_too_short": _("At least %(limit)s characters.") % {"limit": context.get("min_length", "")},
        "too_long": _("At most %(limit)s entries.") % {"limit": context.get("max_length", "")},
        "greater_than_equal": _("At least %(limit)s.") % {"limit": context.get("ge", "")},
        "less_than_equal": _("At most %(limit)s.") % {"limit": context.get("le", "")},
        "literal_error": _("One of %(values)s.") % {"values": context.get("expected", "")},
        "enum": _("One of %(values)s.") % {"values": context.get("expected", "")},
    }
    kind = str(entry.get("type", ""))
    if kind.startswith("date"):
        return str(_("A day is needed, like 2026-03-05."))
    return str(known.get(kind) or limits.get(kind) or _("This value cannot be used."))
