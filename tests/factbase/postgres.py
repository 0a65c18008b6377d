"""A PostgreSQL server of Debian's packages, started for the tests on a port of this machine, with a password."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, PASSWORD = "analyst", "s3cret"


def binaries() -> Path | None:
    """The folder of the server's programs: Debian puts them where no shell looks."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    def address(self, *, password: str = PASSWORD, port: int | None = None) -> str:
        """Where an import finds it."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{port or self.port}/postgres"

    def run(self, *statements: str) -> None:
        """Carry out statements of SQL."""
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(self.address()) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty database, stopped and forgotten afterwards."""
    programs = binaries()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="alignment-postgres-"))
    user = _unprivileged()
    port = free_port()
    try:
        (folder / "password").write_text(PASSWORD)
        if user:
            for path in (folder, folder / "password"):
                os.chown(path, user["user"], user["group"])
        data, log = str(folder / "data"), str(folder / "log")
        options = ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync", "-E", "UTF8", "--locale=C"]
        _call([programs / "initdb", "-D", data, "-U", USER, *options], user)
        settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        _call([programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", settings, "start"], user)
        try:
            yield Server(port)
        finally:
            _call([programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> dict[str, Any]:
    """Whom the server runs as where the tests run as root, which it refuses."""
    if os.getuid() != 0:
        return {}
    names = [one.pw_name for one in pwd.getpwall()]
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _call(command: list[str | Path], user: dict[str, Any]) -> None:
    done = subprocess.run(list(map(str, command)), cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **user)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
