"""Acts in the database of a stopped product, for the tests that tamper with it. Run beside the product (`Place.script`).

`begin` lays a project with a sheet that two have signed; `go-on` lets the third sign, and so brings it into force.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from signoffs.sheets import LEAD, heads, opened, sign  # noqa: E402
from support.cast import NOW, Cast, make_cast, small_project  # noqa: E402
from tongzhou.lib import clock  # noqa: E402
from tongzhou.people.models import Department, User  # noqa: E402
from tongzhou.projects.models import Project  # noqa: E402
from tongzhou.signoffs.models import Act, Sheet  # noqa: E402


def begin() -> None:
    cast = make_cast()
    sheet = opened(cast, small_project(cast))
    one, two = heads(cast)
    sign(cast.head, sheet, one, "condition", "四月开始")
    sign(cast.other_head, sheet, two)


def go_on() -> None:
    people = {person.name: person for person in User.objects.all()}
    cast = Cast({row.name: row for row in Department.objects.all()}, people)
    sign(cast.general_lead, Sheet.objects.latest("pk"), LEAD)


with clock.pretend(NOW):
    {"begin": begin, "go-on": go_on}[sys.argv[1]]()
project = Project.objects.get(number="S-1")
kinds = [json.loads(bytes(row.body))["act"] for row in Act.objects.filter(project_id=project.pk).order_by("number")]
print(json.dumps({"project": project.pk, "kinds": kinds, "anchors": str(settings.DATA_DIR / "anchors")}))
