"""`tongzhou migrate`: bring the database up to date."""

from __future__ import annotations

import argparse

from django.core.management import call_command


def run(options: argparse.Namespace) -> int:
    call_command("migrate", interactive=False, verbosity=1)
    return 0
