"""The folder of files below SALESOPS_HOME: random names, whole files only, nothing served from it directly.

A file is written to ``incoming``, checked there, made durable and only then moved to its place; the row that
names it is committed afterwards. A broken upload leaves at most a file without a row, which the sweep collects;
there is never a row without its file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from salesops.core.choices import Role
from salesops.core.errors import AskOffer, DomainError, InvalidInput

_NAME = re.compile(r"[0-9a-f]{32}")


def _tell(what: str) -> AskOffer:
    return AskOffer(what, roles=(Role.ADMINISTRATOR,))


def changed(name: str) -> DomainError:
    """The refusal for a file that is gone, or not what was uploaded."""
    return DomainError(
        _("The stored file is not the one that was uploaded."),
        way_out=_("Tell an administrator; it is not handed out."),
        release=_tell(_("A stored file was changed outside: %(file)s") % {"file": name}),
    )


def root() -> Path:
    return Path(settings.MEDIA_ROOT) / "store"


def incoming() -> Path:
    return Path(settings.MEDIA_ROOT) / "incoming"


def path_of(stored_as: str) -> Path:
    """Where a file lies. Raises ``ValueError`` for a name that the store never gave."""
    if not _NAME.fullmatch(stored_as):
        raise ValueError("not a name of the store")
    return root() / stored_as[:2] / stored_as


@contextmanager
def room() -> Iterator[Path]:
    """A new path in ``incoming``; whatever is there afterwards is removed."""
    folder = incoming()
    paths = [folder / secrets.token_hex(16)]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield paths[0]
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS):
            raise DomainError(
                _("The file could not be kept: the store is full or does not answer."),
                field="file",
                way_out=_("Try again later, and tell an administrator."),
                release=_tell(_("The store of files is full or does not answer")),
            ) from error
        raise
    finally:
        for path in folder.glob(f"{paths[0].name}*"):
            path.unlink(missing_ok=True)


def write(chunks: Iterable[bytes], path: Path, *, limit: int) -> int:
    """Write an upload, at most ``limit`` bytes of it. Raises ``InvalidInput`` beyond, and for nothing at all."""
    size = 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise InvalidInput(
                    _("The file is larger than %(limit)d MiB.") % {"limit": limit // 2**20},
                    field="file",
                    way_out=_("Make it smaller, or part it."),
                )
            file.write(chunk)
    if not size:
        raise InvalidInput(_("The file is empty."), field="file", way_out=_("Choose another file."))
    return size


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path) -> str:
    """Make a checked file durable and move it to its place; answers its name there."""
    stored_as = secrets.token_hex(16)
    place = path_of(stored_as)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    os.chmod(path, 0o600)
    os.replace(path, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return stored_as


def open_checked(stored_as: str, sha256: str) -> BinaryIO | None:
    """The file, opened and hashed through the same handle; ``None`` when it is gone or not what was uploaded."""
    try:
        file = path_of(stored_as).open("rb")
    except FileNotFoundError:
        return None
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        return None
    file.seek(0)
    return file


def drop(stored_as: str) -> None:
    path_of(stored_as).unlink(missing_ok=True)


def scan(path: Path) -> None:
    """Ask the virus scanner of the setting, if there is one. Raises ``InvalidInput``, ``DomainError``."""
    command = settings.VIRUS_SCAN_COMMAND
    if not command:
        return
    try:
        answer = subprocess.run(
            [*command, str(path)], capture_output=True, timeout=60, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        answer = 2
    if answer == 1:
        raise InvalidInput(_("The virus scanner refuses this file."), field="file")
    if answer:
        raise DomainError(
            _("The virus scanner does not answer, so nothing is kept now."),
            field="file",
            way_out=_("Try again later, and tell an administrator."),
            release=_tell(_("The virus scanner does not answer")),
        )
