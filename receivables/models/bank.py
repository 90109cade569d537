"""What the bank says: our accounts, their statements, and each line of them.

A line is a fact of the bank and never changes; what became of it (``state``) does. A trigger holds both.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices.bank import OPEN_LINES, ClaimState, LineState, SetAside
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet

_SANE = ("1990-01-01", "2100-12-31")


class BankAccount(Record):
    """One of our own accounts. ``mapping`` is how its last file was read, for the next one."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    bank = models.CharField(_("bank"), max_length=100, blank=True)
    number = models.CharField(_("account number"), max_length=60, unique=True)
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    active = models.BooleanField(pgettext_lazy("bank account", "in use"), default=True)
    mapping = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")

    def __str__(self) -> str:
        return self.name


class BankStatement(Record):
    """The lines that one file brought for one account, with the balances it names."""

    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="statements", verbose_name=_("bank account")
    )
    first_date = models.DateField(_("from"))
    last_date = models.DateField(pgettext_lazy("to a day", "to"))
    opening = MoneyField(verbose_name=_("opening balance"), null=True, blank=True)
    closing = MoneyField(verbose_name=_("closing balance"), null=True, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)

    class Meta:
        ordering = ["-last_date", "-pk"]
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        constraints = [
            models.CheckConstraint(
                condition=Q(first_date__lte=models.F("last_date")),
                name="receivables_bankstatement_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.first_date} – {self.last_date}"


class BankLineQuerySet(ScopedQuerySet):
    """Verbs over lines."""

    def incoming(self) -> BankLineQuerySet:
        return self.filter(amount__gt=0)

    def unmatched(self) -> BankLineQuerySet:
        """Money that came and for which nothing is booked, waits or was set aside."""
        return self.filter(state__in=OPEN_LINES)

    def named(self, account: str, reference: str) -> BankLineQuerySet:
        """The open line that a receipt of this account and reference books; none without a reference."""
        if not reference.strip():
            return self.none()
        ours = Q(account__number=account.strip()) | Q(account__name=account.strip())
        return self.unmatched().filter(ours, posting_reference=reference.strip(), postings=0)


class BankLine(Record):
    """One line: ``amount`` is positive for money in. ``key`` recognises it in another file of the account.

    ``payer_key`` and ``payer_number`` are name and account of the other side as they are compared. ``proposals``
    are at most three: customer, score, parts (receivable, amount) and reasons; ``rejected`` are customers that a
    person said it is not from.
    """

    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="lines", verbose_name=_("bank account")
    )
    statement = models.ForeignKey(
        BankStatement, models.PROTECT, related_name="lines", verbose_name=_("bank statement")
    )
    position = models.PositiveIntegerField(
        default=0, editable=False
    )  # within the statement, in the order of time
    date = models.DateField(_("date"))
    value_date = models.DateField(_("value date"), null=True, blank=True)
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    amount = MoneyField(verbose_name=_("amount"))
    balance = MoneyField(verbose_name=_("balance"), null=True, blank=True)
    reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    posting_reference = models.CharField(max_length=100, editable=False)
    key = models.CharField(max_length=40, editable=False)
    payer = models.CharField(_("other side"), max_length=200, blank=True)
    payer_key = models.CharField(max_length=200, blank=True, editable=False)
    payer_account = models.CharField(_("account of the other side"), max_length=60, blank=True)
    payer_number = models.CharField(max_length=60, blank=True, editable=False)
    payer_bank = models.CharField(_("bank of the other side"), max_length=120, blank=True)
    text = models.CharField(pgettext_lazy("bank line", "text"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=LineState, default=LineState.NEW, editable=False
    )
    set_aside = models.CharField(
        _("why nothing is booked"), max_length=10, choices=SetAside, blank=True, editable=False
    )
    note = models.CharField(_("note"), max_length=300, blank=True, editable=False)
    score = models.PositiveSmallIntegerField(_("how sure"), default=0, editable=False)
    proposals = models.JSONField(default=list, editable=False)
    rejected = models.JSONField(default=list, editable=False)
    postings = models.PositiveSmallIntegerField(
        default=0, editable=False
    )  # receipts that were reversed again
    receipt = models.OneToOneField(
        "receivables.Receipt",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bank_line",
        editable=False,
        verbose_name=_("receipt"),
    )
    entry = models.OneToOneField(
        "receivables.ReceiptEntry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bank_line",
        editable=False,
        verbose_name=_("receipt to be checked"),
    )

    objects = BankLineQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="receivables_bankline_once"),
            models.UniqueConstraint(
                fields=["account", "posting_reference"], name="receivables_bankline_one_reference"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="receivables_bankline_amount_not_zero"),
            models.CheckConstraint(
                condition=Q(date__range=_SANE), name="receivables_bankline_date_plausible"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(state="ignored"),
                name="receivables_bankline_outgoing_is_set_aside",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", receipt__isnull=False)
                | (~Q(state="posted") & Q(receipt__isnull=True)),
                name="receivables_bankline_posted_has_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(entry__isnull=False),
                name="receivables_bankline_waiting_has_entry",
            ),
            models.CheckConstraint(
                condition=(Q(state="ignored") & ~Q(set_aside="")) | (~Q(state="ignored") & Q(set_aside="")),
                name="receivables_bankline_set_aside_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["-date", "-id"], name="receivables_bankline_by_date"),
            models.Index(fields=["payer_number"], name="receivables_bankline_payer_no"),
            models.Index(fields=["payer_key"], name="receivables_bankline_payer"),
            models.Index(
                fields=["date", "id"],
                condition=Q(state__in=["new", "proposed", "claimed"]),
                name="receivables_bankline_open",
            ),
        ]

    text_paths = ("payer",)

    def __str__(self) -> str:
        amount = number_format(self.amount, force_grouping=True)
        return f"{self.date} {amount} {self.currency_id}"

    @property
    def receipt_reference(self) -> str:
        """Under which reference the receipt is booked; anew after one was reversed, so that it is never taken."""
        if not self.postings:
            return self.posting_reference
        return f"{self.posting_reference[:94]}/{self.postings + 1}"


class BankClaim(Record):
    """Somebody of sales says whose money a line is; finance decides. Of several claims one is confirmed at most."""

    line = models.ForeignKey(BankLine, models.PROTECT, related_name="claims", verbose_name=_("bank line"))
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("claimed by")
    )
    claimed_on = models.DateField(_("claimed on"))
    purpose = models.CharField(_("what it is for"), max_length=300)
    state = models.CharField(
        _("state"), max_length=10, choices=ClaimState, default=ClaimState.OPEN, editable=False
    )
    preferred = models.BooleanField(default=False, editable=False)  # chosen among several for one customer
    reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        ordering = ["-claimed_on", "-pk"]
        verbose_name = _("claim to bank money")
        verbose_name_plural = _("claims to bank money")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state="confirmed"),
                name="receivables_bankclaim_one_confirmed",
            ),
            models.UniqueConstraint(
                fields=["line", "owner", "customer"],
                condition=Q(state="open"),
                name="receivables_bankclaim_one_open_each",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="receivables_bankclaim_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        amount = number_format(self.line.amount, force_grouping=True)
        return f"{self.customer}: {amount} {self.line.currency_id}"
