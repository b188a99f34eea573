"""Operations: my tokens for programs."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, access_declared
from tongzhou.lib.rest import Input, Key, PageOf, Words, page_of_rows, told_once
from tongzhou.people import actions
from tongzhou.people.access import signed_in, token_of
from tongzhou.people.models import ApiToken
from tongzhou.people.queries.tokens import tokens_of

router = Router(tags=["people"])
Scope = Literal["read", "write", "admin"]


class TokenIn(Input):
    name: Words = Field(max_length=80, description="what it is for")
    scopes: list[Scope] = Field(min_length=1, max_length=3)
    days: int = Field(90, ge=1, le=366)


class TokenOut(Schema):
    id: int
    name: str
    scopes: list[Scope]
    made: str
    expires: str
    last_used: str | None


class Tokens(Schema):
    items: list[TokenOut]
    count: int
    next: str | None


class TokenMade(Schema):
    token: str | None = Field(description="told once; null where the same request is sent again with its Idempotency-Key")


@router.get("me/tokens", response=Tokens, summary="我的个人令牌")
@access_declared(SIGNED_IN)
def tokens(request: HttpRequest, page: Query[PageOf]) -> HttpResponse:
    """The tokens that are not revoked, the newest first; none of them can be read again."""
    return page_of_rows(request, page, tokens_of(signed_in(request)), _token)


@router.post("me/tokens", response={201: TokenMade}, summary="生成个人令牌")
@access_declared(SIGNED_IN)
def make(request: HttpRequest, data: TokenIn) -> HttpResponse:
    """Make a token and tell it once. Asked by token: none that may do more than it, or longer."""
    user, held = signed_in(request), token_of(request)
    scopes: list[str] = list(data.scopes)
    if held is None:
        made = actions.make_api_token(by=user, person=user, name=data.name, scopes=scopes, days=data.days, now=clock.now())
    else:
        made = actions.make_token_by_token(token=held, name=data.name, scopes=scopes, days=data.days, now=clock.now())
    return told_once({"token": made}, {"token": None})


@router.delete("me/tokens/{token_id}", response={204: None}, summary="撤销个人令牌")
@access_declared(SIGNED_IN)
def revoke(request: HttpRequest, token_id: Key) -> HttpResponse:
    found = tokens_of(signed_in(request)).select_related("user").filter(pk=token_id).first()
    if found is None:
        raise Http404
    actions.revoke_api_token(by=signed_in(request), token=found, now=clock.now())
    return HttpResponse(status=204)


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "scopes": token.scopes,
        "made": token.made_at.isoformat(),
        "expires": token.expires_at.isoformat(),
        "last_used": token.last_used_at.isoformat() if token.last_used_at else None,
    }
