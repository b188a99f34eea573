"""What is missing on a machine is said in one clear line."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "dirname", "find", "sort", "xargs", "sha256sum", "cut", "cat", "rm", "mkdir", "sleep", "tail")


def bootstrap(root: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "tools" / "bootstrap.sh", command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with nothing installed, on a machine with a shell and nothing else."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "tools" / "bootstrap.sh", tmp_path / "tools")
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        done = bootstrap(ROOT, "run", PATH=os.environ["PATH"], TONGZHOU_PORT=str(port), TONGZHOU_DATA=str(tmp_path))
    told = f"✗ 端口 {port} 已被占用 / port {port} is taken: TONGZHOU_PORT={port + 1} make run\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


@pytest.mark.parametrize(
    ("python", "told"),
    [
        (None, "✗ 缺少 Python ≥ 3.11 / Python 3.11 or newer is missing: apt-get install python3 python3-venv\n"),
        (
            "exit 1",
            "✗ Python 太旧, 需要 ≥ 3.11 / Python is too old, 3.11 or newer is needed (here: Python 3.9.2)\n",
        ),
        (
            'case "$2" in *ensurepip*) exit 1;; esac',
            "✗ Python 缺少 venv 模块 / Python has no venv module: apt-get install python3-venv\n",
        ),
    ],
)
def test_a_missing_or_old_python_is_told(bare: Path, python: str | None, told: str) -> None:
    if python is not None:
        file = bare / "bin" / "python3"
        file.write_text(f'#!{bare}/bin/bash\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\n{python}\n')
        file.chmod(0o755)
    done = bootstrap(bare, "app", PATH=str(bare / "bin"))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)
