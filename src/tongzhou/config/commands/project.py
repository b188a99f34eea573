"""`tongzhou project create`: create a project from the command line."""

from __future__ import annotations

import argparse
import sys

from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.people.models import Department, System, User
from tongzhou.projects.actions import create_project

MOST_NAMED = 30


def run(options: argparse.Namespace) -> int:
    lead = Department.objects.filter(name=options.lead_department).first()
    manager = User.objects.filter(login=options.manager.lower(), is_active=True).first()
    if lead is None:
        print(f"没有这个部门：{options.lead_department}。{_present(Department)}", file=sys.stderr)
        return 1
    if manager is None:
        print(f"没有这个账号：{options.manager}（--manager 是登录账号，不是姓名）。{_present(User)}", file=sys.stderr)
        return 1
    try:
        project = create_project(
            by=System(), number=options.number, manager=manager, lead=lead, basics={"name": options.name}, now=clock.now()
        )
    except Refused as refused:
        print(refused.message, file=sys.stderr)
        return 1
    print(project.number)
    return 0


def _present(kind: type[Department] | type[User]) -> str:
    """What could have been named instead, or how the first ones come into the database."""
    if kind is Department:
        there = list(Department.objects.order_by("pk").values_list("name", flat=True)[:MOST_NAMED])
    else:
        there = list(User.objects.filter(is_active=True).order_by("pk").values_list("login", flat=True)[:MOST_NAMED])
    if there:
        return f"现有：{'、'.join(there)}"
    return "数据库里还没有：用 tongzhou seed --size S 放入演示数据，或用 tongzhou link 登录后在网页上添加"
