"""`tongzhou token --user LOGIN`: print a personal token for a program; it is shown only here."""

from __future__ import annotations

import argparse
import sys

from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.people.actions import make_api_token
from tongzhou.people.models import System, User


def run(options: argparse.Namespace) -> int:
    person = User.objects.filter(login=options.user.lower(), is_active=True).first()
    if person is None:
        print(f"没有可登录的账号：{options.user}", file=sys.stderr)
        return 1
    scopes = [scope for scope in options.scopes.split(",") if scope]
    try:
        text = make_api_token(by=System(), person=person, name=options.name, scopes=scopes, days=options.days, now=clock.now())
    except Refused as refused:
        print(refused.message, file=sys.stderr)
        return 1
    print(text)
    return 0
