"""`tongzhou project create`: create a project from the command line."""

from __future__ import annotations

import argparse
import sys

from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.people.models import Department, System, User
from tongzhou.projects.actions import create_project


def run(options: argparse.Namespace) -> int:
    lead = Department.objects.filter(name=options.lead_department).first()
    manager = User.objects.filter(login=options.manager.lower(), is_active=True).first()
    if lead is None:
        print(f"没有这个部门: {options.lead_department}", file=sys.stderr)
        return 1
    if manager is None:
        print(f"没有这个账号: {options.manager}", file=sys.stderr)
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
