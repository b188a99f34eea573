"""Addresses that are loaded when somebody asks for them, and what a start leaves out."""

import subprocess
import sys

from django.urls import resolve, reverse
from django.utils import translation

LEFT_OUT = ("ninja", "pydantic", "pypinyin", "psycopg")
START = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tongzhou.config.settings"
import django
django.setup()
from django.conf import settings
from django.test import RequestFactory
from django.urls import resolve, reverse
import tongzhou.config.asgi
assert reverse("workbench") == "/" and resolve("/healthz").url_name == "healthz"
loaded = [name for name in {LEFT_OUT!r} if name in sys.modules]
assert not loaded, loaded
assert resolve("/api/v1/projects").namespace == "api" and "ninja" in sys.modules
"""


def test_a_start_leaves_out_what_few_requests_need(tmp_path: object) -> None:
    """The API, the pinyin of names and, on SQLite, the driver of PostgreSQL are loaded when they are needed."""
    environment = {"TONGZHOU_DATA": str(tmp_path), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_names_below_are_found_in_every_language() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert reverse("api:openapi-json") == "/api/v1/openapi.json"
            assert resolve("/api/v1/openapi.json").view_name == "api:openapi-json"
