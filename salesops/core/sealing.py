"""Secrets that the application must be able to read again (seeds, webhook addresses), kept encrypted.

The keys are made from ``SEALING_KEYS``, else from ``SECRET_KEY``, one for each purpose, so that a row copied from one
column into another opens nothing. The first key seals; all open. To change keys: put the new one first, run
``manage.py reseal``, take the old one away.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import connection, models
from django.db.models import Model

from salesops.core.registry import Registry

# Each seals the rows of one table anew under the first key and answers how many there were.
resealers: Registry[Callable[[], int]] = Registry("core.resealers")


def _cipher(purpose: str) -> MultiFernet:
    keys = [*settings.SEALING_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(purpose, key))) for key in keys])


def _derived(purpose: str, key: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{key}".encode()).digest()


def seal(text: str, purpose: str) -> bytes:
    """Encrypt a text under the first key."""
    return _cipher(purpose).encrypt(text.encode())


def unseal(sealed: bytes, purpose: str) -> str | None:
    """The text, or ``None`` when it was sealed with a key that is gone."""
    try:
        return _cipher(purpose).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        return None


class SealedField(models.TextField):
    """A text that stands encrypted in the table; the empty text stays empty. It cannot be searched.

    Reads as "" when its key is gone: it must be entered anew.
    """

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return seal(value, self.purpose).decode() if value else value

    def from_db_value(self, value: Any, expression: Any, used: Any) -> Any:
        return (unseal(value.encode(), self.purpose) or "") if value else value


def seal_plain(model: type[Model], names: tuple[str, ...]) -> None:
    """For migrations: encrypt what stands in the clear in columns that are ``SealedField`` from now on."""
    table = connection.ops.quote_name(model._meta.db_table)
    for name in names:
        column = connection.ops.quote_name(name)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {column} FROM {table} WHERE {column} <> ''")  # noqa: S608 (names of our own)
            for pk, text in cursor.fetchall():
                token = seal(text, f"{model._meta.label_lower}.{name}").decode()
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [token, pk])  # noqa: S608


def reseal_fields(model: type[Model]) -> int:
    """Write the sealed fields of every row anew, under the first key; rows that nobody can read stay as they are."""
    names = [field.name for field in model._meta.concrete_fields if isinstance(field, SealedField)]
    count = 0
    for row in model._base_manager.select_for_update().order_by("pk"):
        kept = {name: value for name in names if (value := getattr(row, name))}
        if kept:
            count += model._base_manager.filter(pk=row.pk).update(**kept)
    return count
