"""Lays the ground in an empty database: the cast with addresses, passwords, tokens and sessions, and a project to work on.

Run beside the product (`Place.script`); prints as JSON who may come in by what, and the ids of the tasks by their names.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise

import django

django.setup()

from support.cast import DAY, NOW, Cast, make_cast, small_project  # noqa: E402
from support.web import client_of  # noqa: E402
from tongzhou.lib import clock  # noqa: E402
from tongzhou.people.actions import make_api_token  # noqa: E402
from tongzhou.people.models import System, User  # noqa: E402
from tongzhou.plan.actions import ItemSpec, LinkSpec, bring_in  # noqa: E402
from tongzhou.plan.models import WorkItem  # noqa: E402
from tongzhou.projects.models import Project  # noqa: E402

PASSWORD = "同舟共济-2026"
EACH = 3
WHO = ("郑十", "周七", "李四", "吴八", "成员", "冯十二", "陈一", "褚十六")


def way_in(person: User, now: datetime) -> dict[str, object]:
    """Return by what a person comes in: her program's token and her browser's session, in which she proved who she is."""
    person.email = f"{person.login}@example.org"
    person.set_password(PASSWORD)
    person.save()
    client = client_of(person)
    session = client.session
    session["proof"] = {"person": person.pk, "method": "password", "at": now.timestamp()}
    session.save()
    token = make_api_token(by=System(), person=person, name="程序", scopes=["read", "write"], days=30, now=now)
    return {"id": person.pk, "token": token, "session": session.session_key, "email": person.email, "password": PASSWORD}


def planned(cast: Cast) -> Project:
    """A project whose tasks each belong to one of those who write; the first one's follow one another."""
    project = small_project(cast)
    first = clock.today()
    items = [ItemSpec("1", "阶段", department=cast.rd.pk)]
    for who in WHO:
        for at in range(EACH):
            key = f"1.{len(items)}"
            day = {"typed_start": first, "typed_finish": first + timedelta(days=6), "duration": 5 * DAY}
            owner = cast.people[who]
            items.append(ItemSpec(key, f"{who} {at}", "1", department=owner.department_id, owner=owner.pk, **day))
    links = [LinkSpec(one.key, other.key) for one, other in pairwise(items[1 : EACH + 1])]
    bring_in(by=cast.manager, project=project, items=items, links=links, now=clock.now())
    return project


with clock.pretend(NOW):
    cast = make_cast()
project = planned(cast)
now = clock.now()
print(
    json.dumps(
        {
            "people": {name: way_in(person, now) for name, person in cast.people.items()},
            "tasks": dict(WorkItem.objects.filter(project=project).values_list("name", "pk")),
            "number": project.number,
        }
    )
)
