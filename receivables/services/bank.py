"""Our bank accounts, and bringing a statement of one (the import itself is ``imports/bank.py``)."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from receivables.models import BankAccount
from receivables.services.posting import require_right
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.core.locking import lock_row
from salesops.core.masking import mask_account
from salesops.exchange.aliases import suggest
from salesops.exchange.mapping import Mapping
from salesops.exchange.models import ImportBatch
from salesops.exchange.plan import source_for
from salesops.exchange.registry import import_kinds
from salesops.exchange.services import wizard

KIND = "bank_lines"


def flat(text: str | None) -> str:
    """A text as it is compared: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def digits(number: str | None) -> str:
    """An account as it is compared: letters and digits only, at most 60."""
    return "".join(c for c in unicodedata.normalize("NFKC", number or "").upper() if c.isalnum())[:60]


@transaction.atomic
def save_account(
    *,
    actor: Any,
    account: BankAccount | None,
    name: str,
    bank: str,
    number: str,
    currency: Currency,
    active: bool,
    at: datetime,
) -> BankAccount:
    """Open one of our accounts or change it. Raises ``Duplicate`` (same number or name), ``Conflict``, ``NotAllowed``.

    Its currency stays once there are lines.
    """
    require_right(actor, "edit" if account else "add", account or BankAccount)
    row = lock_row(BankAccount.objects.all(), account.pk) if account else BankAccount(created_by=actor)
    if row.pk and row.currency_id != currency.pk and row.lines.exists():
        raise Conflict(
            _("The account has lines in %(currency)s.") % {"currency": row.currency_id},
            field="currency",
            way_out=_("Open another account for the other currency."),
        )
    for other in BankAccount.objects.exclude(pk=row.pk).order_by("pk"):
        if digits(other.number) == digits(number):
            raise Duplicate(
                _("%(name)s has this number already.") % {"name": other.name},
                field="number",
                way_out=_("Change that account instead."),
            )
    row.name, row.bank, row.number = name.strip(), bank.strip(), number.strip()
    row.currency, row.active = currency, active
    new = row.pk is None
    row.version += 0 if new else 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Duplicate(
            _("There is an account %(name)s already.") % {"name": row.name},
            field="name",
            way_out=_("Give it another name."),
        ) from error
    verb = "receivables.account_opened" if new else "receivables.account_changed"
    record(verb, row, actor=actor, at=at, data={"name": row.name, "number": mask_account(row.number)})
    return row


def upload_statement(*, actor: Any, account: BankAccount, upload: Any, at: datetime) -> ImportBatch:
    """Bring a file of one account into the import, read the way its last file was, else as its columns suggest.

    Raises ``InvalidInput`` (no such file, account not in use), ``NotAllowed``.
    """
    require_right(actor, "upload", account)
    if not account.active:
        raise InvalidInput(
            _("%(name)s is not in use any more.") % {"name": account.name},
            way_out=_("Take the account into use again, or choose another one."),
        )
    kind = import_kinds[KIND]
    constants = {"account": account.number}
    kept = account.mapping and {
        **account.mapping,
        "constants": {**account.mapping.get("constants", {}), **constants},
    }
    batch = wizard.upload(actor=actor, kind=kind, upload=upload, mapping=kept or None, at=at)
    if kept and _fits(batch):
        return batch
    source = source_for(kind, wizard.path_of(batch), Mapping())
    columns = {name: options for name, options in suggest(kind, source.headers).items() if name != "account"}
    file = {"header_row": source.options["header_row"]} if source.options["header_row"] > 1 else {}
    batch.mapping = Mapping(columns=columns, constants=constants, file=file).as_dict()
    batch.save(update_fields=["mapping", "updated_at"])
    return batch


def _fits(batch: ImportBatch) -> bool:
    """Has this file the columns that the kept mapping names?"""
    try:
        wizard.preview(batch)
    except InvalidInput:
        return False
    return True
