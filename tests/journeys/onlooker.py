"""A process that looks on: beside a server, on its data and at its clock, it answers in JSON what a test asks.

`python onlooker.py FILE` reads a question a line: `begin` lays the fixed cast with a project, `notices` and `due` tell.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
sys.path[:] = [str(HERE), *(entry for entry in sys.path if entry != str(Path(__file__).parent))]

from support.at_a_clock import follow  # noqa: E402

follow(Path(sys.argv[1]))

import django  # noqa: E402

django.setup()

from django.db.models import Q  # noqa: E402

from support.cast import make_cast, planned_project  # noqa: E402
from tongzhou.lib import clock  # noqa: E402
from tongzhou.notifications.models import Delivery, Notice  # noqa: E402
from tongzhou.people.actions import change_person  # noqa: E402
from tongzhou.people.models import System, User  # noqa: E402
from tongzhou.rhythm.models import Due  # noqa: E402


def begin() -> dict[str, str]:
    """Lay the cast, each with an address, and the small project; return login by name."""
    cast = make_cast()
    for person in cast.people.values():
        change_person(by=System(), person=person, values={"email": f"{person.login}@example.com"}, now=clock.now())
    planned_project(cast)
    return dict(User.objects.values_list("name", "login"))


def notices() -> list[dict[str, Any]]:
    """Return every notice there is, the oldest first."""
    columns = ("pk", "person__name", "person__email", "kind", "title", "link", "source")
    return list(Notice.objects.order_by("pk").values(*columns, unread=Q(read_at=None)))


def due() -> int:
    """Return how much is due now and not done, and how many messages did not go out."""
    rows = Due.objects.filter(at__lte=clock.now()).exclude(kind="rhythm-care").count()
    return rows + Delivery.objects.exclude(state=Delivery.State.SENT).count()


ANSWERS = {"begin": begin, "notices": notices, "due": due}

if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(ANSWERS[line.strip()](), ensure_ascii=False), flush=True)
