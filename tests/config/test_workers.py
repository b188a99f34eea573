"""Servers side by side: on PostgreSQL they answer, one that dies comes back, all end together; SQLite has one process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest
from django.core.cache import caches
from django.db import connection

from support.laid import lay
from support.served import command, environment, free_port


@pytest.mark.parametrize("workers", ["0", "-1", "65"])
def test_a_number_of_processes_that_cannot_be_is_told_in_one_line(tmp_path: Path, workers: str) -> None:
    lay(tmp_path)
    done = command(tmp_path, free_port(), "serve", f"--workers={workers}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr


@pytest.mark.parametrize("threads", ["0", "-1", "17"])
def test_a_number_of_threads_that_cannot_be_is_told_in_one_line(tmp_path: Path, threads: str) -> None:
    lay(tmp_path)
    done = command(tmp_path, free_port(), "worker", f"--threads={threads}")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr


def test_a_worker_runs_on_postgresql_only_and_stops_when_told_to(db: None, tmp_path: Path) -> None:
    assert command(tmp_path, free_port(), "migrate").returncode == 0
    if connection.vendor == "sqlite":
        done = command(tmp_path, free_port(), "worker")
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
        assert "PostgreSQL" in done.stderr
        return
    words = [sys.executable, "-m", "tongzhou.config.cli", "worker", "--threads", "2"]
    process = subprocess.Popen(words, env=environment(tmp_path, free_port()), stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None and process.stdout.readline()
        process.terminate()
        assert process.wait(timeout=60) == 0
    finally:
        if process.poll() is None:
            process.kill()


def test_two_processes_run_on_postgresql_only(db: None, tmp_path: Path) -> None:
    port = free_port()
    assert command(tmp_path, port, "migrate").returncode == 0
    if connection.vendor == "sqlite":
        done = command(tmp_path, port, "serve", "--workers=2")
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
        assert "PostgreSQL" in done.stderr
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "tongzhou.config.cli", "serve", "--workers", "2"],
        env=environment(tmp_path, port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _answers(port)
        first = _servers(process.pid)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        _answers(port)
        deadline = time.monotonic() + 20
        while len(_servers(process.pid)) < 2 or set(_servers(process.pid)) == set(first):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        begun, children = time.monotonic(), _servers(process.pid)
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - begun < 10
        assert [pid for pid in children if psutil.pid_exists(pid)] == []
    finally:
        if process.poll() is None:
            process.kill()


def test_what_processes_must_share_is_not_kept_in_one_of_them() -> None:
    """The limit on failed sign-ins counts in the data folder."""
    assert type(caches["default"]).__name__ == "FileBasedCache"


def _servers(supervisor: int) -> list[int]:
    children = psutil.Process(supervisor).children()
    return sorted(child.pid for child in children if child.status() != psutil.STATUS_ZOMBIE)


def _answers(port: int) -> None:
    """Wait until /healthz answers on a fresh connection."""
    deadline = time.monotonic() + 30
    while True:
        try:
            asked = HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/healthz")
            assert asked.getresponse().status == 200
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
