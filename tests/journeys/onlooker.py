"""A process that looks on: beside a server, on its data and at its clock, it answers in JSON what a test asks.

`python onlooker.py FILE` reads a question a line: `begin` lays the fixed cast with a project, `passwords` lets everybody
sign in by one, `notices` and `due` tell, `baselines` what was cut of the plans.
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

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.db.models import Q  # noqa: E402

from support.cast import make_cast, planned_project  # noqa: E402
from support.syncs import begun  # noqa: E402
from tongzhou.lib import clock  # noqa: E402
from tongzhou.notifications.models import Delivery, Notice  # noqa: E402
from tongzhou.people.actions import change_person  # noqa: E402
from tongzhou.people.models import System, User  # noqa: E402
from tongzhou.plan.models import Baseline  # noqa: E402
from tongzhou.rhythm.models import Due  # noqa: E402

PASSWORD = "同舟共济-2024"


def begin() -> dict[str, str]:
    """Lay the cast, each with an address, and the small project; return login by name."""
    cast = make_cast()
    for person in cast.people.values():
        change_person(by=System(), person=person, values={"email": f"{person.login}@example.com"}, now=clock.now())
    begun(planned_project(cast))
    return dict(User.objects.values_list("name", "login"))


def passwords() -> str:
    """Give everybody the same password and return it."""
    secret = make_password(PASSWORD)
    User.objects.update(password=secret)
    return PASSWORD


def baselines() -> list[str]:
    """Return for each baseline the number of its project and its own."""
    return [
        f"{project} {number}" for project, number in Baseline.objects.order_by("pk").values_list("project__number", "number")
    ]


def notices() -> list[dict[str, Any]]:
    """Return every notice there is, the oldest first."""
    columns = ("pk", "person__name", "person__email", "kind", "title", "link", "source")
    return list(Notice.objects.order_by("pk").values(*columns, unread=Q(read_at=None)))


def due() -> int:
    """Return how much is due now and not done, and how many messages did not go out."""
    rows = Due.objects.filter(at__lte=clock.now()).exclude(kind="rhythm-care").count()
    return rows + Delivery.objects.exclude(state=Delivery.State.SENT).count()


ANSWERS = {"begin": begin, "passwords": passwords, "notices": notices, "due": due, "baselines": baselines}

if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(ANSWERS[line.strip()](), ensure_ascii=False), flush=True)
