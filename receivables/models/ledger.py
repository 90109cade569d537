"""Posted documents are immutable; settlement lines are append-only; caches are moved by the line trigger only.

What the triggers of this app hold is written in ``receivables/README.md``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from receivables.choices import ItemState, Method, MoneyState, Source
from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, MoneyField
from salesops.core.policies import ScopedQuerySet

SANE = ("1990-01-01", "2100-12-31")


class LedgerDocument(Record):
    """What every posted money document has. ``base_rate`` and ``base_amount`` are fixed at posting."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="%(class)ss", verbose_name=_("customer")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    amount = MoneyField(verbose_name=_("amount"))
    base_rate = ExchangeRateField(editable=False)
    base_amount = MoneyField(editable=False)
    source = models.CharField(
        _("source"), max_length=10, choices=Source, default=Source.MANUAL, editable=False
    )

    class Meta:
        abstract = True

    text_paths = ("number",)

    def __str__(self) -> str:
        return self.number


class ReceivableQuerySet(ScopedQuerySet):
    """Verbs over open items. Dates are business dates; nothing here reads a clock."""

    def open(self) -> ReceivableQuerySet:
        return self.filter(outstanding__gt=0)

    def overdue(self, on: date) -> ReceivableQuerySet:
        """Open and past due: the due day itself is not overdue (domain §5)."""
        return self.open().filter(due_date__lt=on)

    def due_between(self, first: date, last: date) -> ReceivableQuerySet:
        return self.open().filter(due_date__range=(first, last))

    def for_customer(self, customer: object) -> ReceivableQuerySet:
        return self.filter(customer=customer)

    def oldest_first(self) -> ReceivableQuerySet:
        """The order in which money is proposed: earliest due, then posted first."""
        return self.order_by("due_date", "pk")


class Receivable(LedgerDocument):
    """An open item. ``settled`` is the sum of its settlement lines, ``outstanding`` what is left."""

    issue_date = models.DateField(_("issued on"))
    due_date = models.DateField(_("due on"))
    payment_term = models.ForeignKey(
        "catalog.PaymentTerm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payment terms"),
    )
    due_rule = models.CharField(_("how the due date came about"), max_length=200, blank=True)
    order = models.ForeignKey(
        "orders.Order",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receivables",
        verbose_name=_("order"),
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receivables",
        verbose_name=_("contract"),
    )
    plan_row = models.ForeignKey(
        "contracts.PlanRow",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="receivables",
        verbose_name=_("row of the payment plan"),
    )
    plan_line = models.PositiveSmallIntegerField(null=True, editable=False)  # the row's line in every edition
    plan_fact = models.CharField(max_length=40, blank=True, editable=False)  # which fact posted it
    retention_until = models.DateField(_("retention until"), null=True, blank=True)
    retention_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="retentions",
        verbose_name=_("held back of"),
    )
    disputed = models.BooleanField(_("disputed"), default=False, editable=False)
    dispute_reason = models.CharField(_("dispute"), max_length=300, blank=True, editable=False)
    settled = MoneyField(verbose_name=_("settled"), default=0, editable=False)
    settled_base = MoneyField(default=0, editable=False)
    outstanding = models.GeneratedField(
        expression=F("amount") - F("settled"),
        db_persist=True,
        output_field=MoneyField(),
        verbose_name=_("outstanding"),
    )
    outstanding_base = models.GeneratedField(
        expression=F("base_amount") - F("settled_base"), db_persist=True, output_field=MoneyField()
    )

    objects = ReceivableQuerySet.as_manager()

    class Meta:
        ordering = ["due_date", "pk"]
        verbose_name = _("receivable")
        verbose_name_plural = _("receivables")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(base_amount__gte=0) & Q(base_rate__gt=0),
                name="receivables_receivable_amount_positive",
            ),
            models.CheckConstraint(
                condition=Q(settled__gte=0) & Q(settled__lte=F("amount")),
                name="receivables_receivable_never_oversettled",
            ),
            models.CheckConstraint(
                condition=Q(settled_base__gte=0)
                & Q(settled_base__lte=F("base_amount"))
                & (Q(settled__lt=F("amount")) | Q(settled_base=F("base_amount"))),
                name="receivables_receivable_base_closes_exactly",
            ),
            models.CheckConstraint(
                condition=Q(issue_date__range=SANE) & Q(due_date__range=SANE),
                name="receivables_receivable_dates_plausible",
            ),
            models.UniqueConstraint(
                fields=["contract", "plan_line", "plan_fact"],
                condition=Q(plan_line__isnull=False),
                name="receivables_receivable_once_per_fact",
            ),
            models.CheckConstraint(
                condition=Q(plan_row__isnull=True, plan_line__isnull=True, plan_fact="")
                | (
                    Q(plan_row__isnull=False, plan_line__isnull=False, contract__isnull=False)
                    & ~Q(plan_fact="")
                ),
                name="receivables_receivable_plan_whole",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(source="order"), name="receivables_receivable_one_per_order"
            ),
            models.CheckConstraint(
                condition=Q(retention_of__isnull=True)
                | Q(source="retention", retention_until__isnull=False, order=None, contract=None),
                name="receivables_receivable_held_back_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_date", "id"], condition=Q(outstanding__gt=0), name="receivables_open_by_due"
            ),
            models.Index(
                fields=["customer", "due_date"],
                condition=Q(outstanding__gt=0),
                name="receivables_open_by_customer",
            ),
            models.Index(
                fields=["owner", "due_date"], condition=Q(outstanding__gt=0), name="receivables_open_by_owner"
            ),
            models.Index(
                fields=["due_date", "id"],
                condition=Q(retention_until__isnull=False),
                name="receivables_retention_by_due",
            ),
            models.Index(fields=["issue_date", "id"], name="receivables_item_by_issue"),
            models.Index(fields=["due_date", "id"], name="receivables_item_by_due"),
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="receivables_item_found"),
        ]

    def days_overdue(self, on: date) -> int:
        """Days past due on a day; zero or less is not overdue."""
        return (on - self.due_date).days

    def state_on(self, on: date) -> str:
        """What amounts and dates say today; never stored (domain §3.6)."""
        if self.outstanding == 0:
            return ItemState.SETTLED
        if self.due_date < on:
            return ItemState.OVERDUE
        return ItemState.PARTIAL if self.settled else ItemState.OPEN


class MoneyDocumentQuerySet(ScopedQuerySet):
    """Verbs over receipts and credit notes."""

    def unallocated(self) -> MoneyDocumentQuerySet:
        return self.filter(unallocated__gt=0)

    def for_customer(self, customer: object) -> MoneyDocumentQuerySet:
        return self.filter(customer=customer)


def _unallocated() -> models.GeneratedField:
    """What is left to allocate: nothing once the document is reversed, nothing on the reversal itself."""
    return models.GeneratedField(
        expression=Case(
            When(reversed_date__isnull=True, reversal_of__isnull=True, then=F("amount") - F("used")),
            default=Value(Decimal("0.00")),
        ),
        db_persist=True,
        output_field=MoneyField(),
        verbose_name=_("unallocated"),
    )


class MoneyDocument(LedgerDocument):
    """Money or credit that settles receivables. A reversal is a mirrored row of its own date.

    ``reversed_date`` is set by the trigger when the mirror is posted; as of earlier days the document counts.
    """

    reversal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", editable=False
    )
    reversed_date = models.DateField(_("reversed on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    used = MoneyField(verbose_name=_("allocated"), default=0, editable=False)
    # what of ``base_amount`` its lines took: their base amount and exchange difference
    used_base = MoneyField(default=0, db_default=0, editable=False)

    objects = MoneyDocumentQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def state(self) -> str:
        if self.reversal_of_id:
            return MoneyState.REVERSAL
        if self.reversed_date:
            return MoneyState.REVERSED
        if self.unallocated == 0:
            return MoneyState.ALLOCATED
        return MoneyState.PARTIAL if self.used else MoneyState.UNALLOCATED

    @property
    def state_label(self) -> object:
        return MoneyState(self.state).label


NEVER_OVERUSED = Q(reversal_of__isnull=True, amount__gt=0, used__gte=0, used__lte=F("amount")) | Q(
    reversal_of__isnull=False, amount__lt=0, used=0, reversed_date__isnull=True
)
REVERSED_IS_FREE = Q(reversed_date__isnull=True) | Q(used=0)


def used_base_closes(name: str) -> models.CheckConstraint:
    """What is used up in its own currency is used up in base currency, to the cent."""
    return models.CheckConstraint(
        condition=Q(reversal_of__isnull=False, used_base=0)
        | Q(used_base__gte=0)
        & Q(used_base__lte=F("base_amount"))
        & (Q(used__lt=F("amount")) | Q(used_base=F("base_amount"))),
        name=f"receivables_{name}_used_base_closes",
    )


class Receipt(MoneyDocument):
    """Money received. ``used`` is the sum of its lines; the rest is unallocated."""

    received_date = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.TRANSFER)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    unallocated = _unallocated()

    class Meta:
        ordering = ["-received_date", "-pk"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.CheckConstraint(condition=NEVER_OVERUSED, name="receivables_receipt_never_overused"),
            models.CheckConstraint(
                condition=REVERSED_IS_FREE, name="receivables_receipt_reversed_has_no_lines"
            ),
            used_base_closes("receipt"),
            models.CheckConstraint(
                condition=Q(received_date__range=SANE), name="receivables_receipt_date_plausible"
            ),
            models.UniqueConstraint(
                fields=["bank_account", "bank_reference"],
                condition=~Q(bank_reference="") & Q(reversal_of__isnull=True),
                name="receivables_receipt_one_per_bank_line",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "received_date"],
                condition=Q(unallocated__gt=0),
                name="receivables_receipt_free",
            ),
            models.Index(fields=["-received_date", "-id"], name="receivables_receipt_by_date"),
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="receivables_receipt_found"),
            models.Index(
                OpClass(Upper("bank_reference"), "text_pattern_ops"), name="receivables_receipt_bank"
            ),
        ]

    @property
    def date(self) -> date:
        return self.received_date


class CreditNote(MoneyDocument):
    """Money we give back on paper; settles receivables like a receipt, the rest stays as unallocated credit."""

    date = models.DateField(_("date"))
    receivable = models.ForeignKey(
        Receivable, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for receivable")
    )
    unallocated = _unallocated()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        constraints = [
            models.CheckConstraint(condition=NEVER_OVERUSED, name="receivables_creditnote_never_overused"),
            models.CheckConstraint(
                condition=REVERSED_IS_FREE, name="receivables_creditnote_reversed_has_no_lines"
            ),
            used_base_closes("creditnote"),
            models.CheckConstraint(
                condition=Q(date__range=SANE), name="receivables_creditnote_date_plausible"
            ),
        ]
        indexes = [models.Index(fields=["-date", "-id"], name="receivables_credit_by_date")]
