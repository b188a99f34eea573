"""A PostgreSQL cluster of its own, which a test stops and starts as it likes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.test_server import free_port


@dataclass(frozen=True)
class Cluster:
    """A cluster in `folder` that listens on `port` of 127.0.0.1 while it is started."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://tongzhou@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Lay the cluster's files."""
        self._run("initdb", "--auth=trust", "--username=tongzhou", "--locale=C.UTF-8", "--encoding=UTF8")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
        self._run("pg_ctl", f"--log={self.folder}/log", "--silent", "--wait", f"--options={options}", "start")

    def stop(self) -> None:
        """Stop at once, as a machine that fails does."""
        self._run("pg_ctl", "--mode=immediate", "--silent", "--wait", "stop")

    @property
    def is_running(self) -> bool:
        return (self.folder / "data" / "postmaster.pid").exists()

    def _run(self, program: str, *words: str) -> None:
        command = [str(_programs() / program), f"--pgdata={self.folder}/data", *words]
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            runuser = shutil.which("runuser", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "runuser"
            command = [runuser, "-u", "postgres", "--", *command]
        # What pg_ctl starts keeps its outputs open: they are no pipes of ours.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60, cwd=self.folder)


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Run a cluster that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() == 0:
            shutil.chown(name, "postgres")
        cluster = Cluster(Path(name), free_port())
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            if cluster.is_running:
                cluster.stop()


def _programs() -> Path:
    """The folder of the newest server on this machine, as tools/postgres.sh finds it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else Path(shutil.which("initdb") or "initdb").parent
