"""What one process takes away is gone in the other at the next request: session, token, link, part in a project."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest
from tests.journeys.conftest import Server

pytestmark = pytest.mark.journey

BEGIN = """
import django; django.setup()
from django.utils import timezone
from tongzhou.people import actions
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.actions import seat
now, admin, person = timezone.now(), User.objects.get(login="admin"), User.objects.get(login="qianshisan")
project = Project.objects.get(number="XMB-2024")
"""
TOKEN = 'print(actions.make_api_token(by=person, person=person, name="x", scopes=["read"], days=3, now=now))'
DISABLE = "actions.disable_person(by=admin, person=person, successor=None, now=now)"


def beside(server: Server, code: str) -> str:
    """Run code in a process of its own on the server's data."""
    environment = server.environment | {"DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
    done = subprocess.run([sys.executable, "-c", BEGIN + code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def get(opener: urllib.request.OpenerDirector, address: str, data: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """Return status, final address and text."""
    request = urllib.request.Request(address, data, headers)
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.url, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.url, error.read().decode("utf-8", "replace")


def test_what_another_process_ends_is_over_here(server: Server) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    way_in = server.way_in("qianshisan")
    _status, _address, page = get(opener, way_in)
    forged = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert forged
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": forged[1]}).encode()
    assert get(opener, way_in, body, Referer=way_in, Origin=server.address)[1] == f"{server.address}/"
    program = urllib.request.build_opener()
    token = {"Authorization": f"Bearer {beside(server, TOKEN)}"}
    second = server.way_in("qianshisan")
    assert get(opener, f"{server.address}/my-tasks/")[1] == f"{server.address}/my-tasks/"
    assert get(program, f"{server.address}/api/v1/me", **token)[0] == 200
    assert "这个链接已失效" not in get(program, second)[2]
    beside(server, DISABLE)
    assert "/accounts/login/" in get(opener, f"{server.address}/my-tasks/")[1]
    assert get(program, f"{server.address}/api/v1/me", **token)[0] == 401
    assert "这个链接已失效" in get(program, second)[2]
