"""Operations of the people room: me, people, departments, working calendars."""

from ninja import Router

from tongzhou.people.api.calendars import router as calendars
from tongzhou.people.api.departments import router as departments
from tongzhou.people.api.importing import router as importing
from tongzhou.people.api.links import router as links
from tongzhou.people.api.me import router as me
from tongzhou.people.api.people import router as people
from tongzhou.people.api.tokens import router as tokens

router = Router(tags=["people"])
# people/imports is asked for before people/{person_id}.
for _part in (me, tokens, importing, people, links, departments, calendars):
    router.add_router("", _part)

__all__ = ["router"]
