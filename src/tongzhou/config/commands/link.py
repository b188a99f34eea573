"""`tongzhou link --user LOGIN`: print a one-time way in. In an empty database it makes the administrator first."""

from __future__ import annotations

import argparse
import sys

from tongzhou.lib import clock
from tongzhou.people.actions import make_sign_in_link
from tongzhou.people.models import System, User
from tongzhou.people.queries.people import address_of_link

ADMINISTRATOR = "admin"


def run(options: argparse.Namespace) -> int:
    if options.user == ADMINISTRATOR and not User.objects.exists():
        User.objects.create_user(ADMINISTRATOR, "系统管理员", is_administrator=True)
    person = User.objects.filter(login=options.user.lower(), is_active=True).first()
    if person is None:
        print(f"没有可登录的账号：{options.user}", file=sys.stderr)
        return 1
    token = make_sign_in_link(by=System(), person=person, now=clock.now())
    print(address_of_link(token))
    return 0
