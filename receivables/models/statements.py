"""Statements of account as they were sent: figures and lines never change, what the customer answers stands beside."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from receivables.choices.statements import LineKind, Result, StatementState
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class StatementQuerySet(ScopedQuerySet["Statement"]):
    """Verbs over statements."""

    def answered(self) -> StatementQuerySet:
        return self.exclude(state=StatementState.SENT)


class Statement(Record):
    """The account of a customer in one currency from ``since`` to ``until``, as it was sent on ``sent_at``.

    ``closing`` is what is outstanding less what is unallocated; ``base_closing`` the same in base currency. ``owner``
    and ``team`` held the customer on the last day.
    """

    number = models.CharField(_("number"), max_length=60, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="statements", verbose_name=_("customer")
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
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    opening = MoneyField(verbose_name=_("opening balance"))
    charged = MoneyField(verbose_name=_("charged"))
    paid = MoneyField(verbose_name=_("paid or credited"))
    closing = MoneyField(verbose_name=_("closing balance"))
    base_closing = MoneyField(verbose_name=_("closing in base currency"))
    outstanding = MoneyField(verbose_name=_("outstanding"))
    unallocated = MoneyField(verbose_name=_("unallocated"))
    ages = models.JSONField(default=list, editable=False)  # [[label, amount as text], …]
    state = models.CharField(
        _("state"), max_length=10, choices=StatementState, default=StatementState.SENT, editable=False
    )
    email = models.EmailField(_("sent to"), max_length=254)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    sent_at = models.DateTimeField(_("sent"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True, editable=False)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answered_by = models.CharField(_("answered by"), max_length=80, blank=True, editable=False)
    run = models.ForeignKey(
        "jobs.JobRun", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects: Any = StatementQuerySet.as_manager()
    text_paths = ("number",)

    class Meta:
        ordering = ["-until", "-pk"]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("charged") - F("paid")),
                name="receivables_statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(since__lte=F("until")), name="receivables_statement_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state=StatementState.SENT, answered_at=None)
                | (~Q(state=StatementState.SENT) & Q(answered_at__isnull=False)),
                name="receivables_statement_answered_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-until", "-id"], name="receivables_stmt_by_day"),
            models.Index(fields=["customer", "currency", "until"], name="receivables_stmt_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("receivables:statement_detail", args=[self.pk])


class StatementLine(models.Model):
    """One document on a statement, as it was sent. Append-only."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField()
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind)
    number = models.CharField(_("number"), max_length=60)
    due_date = models.DateField(_("due on"), null=True, blank=True)
    receivable = models.ForeignKey(
        "receivables.Receivable", models.PROTECT, null=True, blank=True, related_name="+"
    )
    charged = MoneyField(verbose_name=_("charged"))
    paid = MoneyField(verbose_name=_("paid or credited"))
    balance = MoneyField(verbose_name=_("balance"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["statement_id", "place"]
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        constraints = [
            models.UniqueConstraint(fields=["statement", "place"], name="receivables_statementline_one_place")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class StatementDifference(Record):
    """What a customer does not agree with: one line, or the statement as a whole; followed until it has a result."""

    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="differences", verbose_name=_("statement")
    )
    line = models.ForeignKey(
        StatementLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="differences",
        verbose_name=_("line"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    said_amount = MoneyField(verbose_name=_("amount by the customer"), null=True, blank=True)
    words = models.CharField(_("what the customer writes"), max_length=1000, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    outcome = models.CharField(_("how it ended"), max_length=1000, blank=True)
    settled_at = models.DateTimeField(_("settled on"), null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("settled by"),
    )  # fmt: skip
    raised_at = models.DateTimeField(_("raised on"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, result="")
                | (Q(settled_at__isnull=False) & ~Q(result="") & ~Q(outcome="")),
                name="receivables_statementdifference_settled_says_how",
            ),
            models.UniqueConstraint(
                fields=["statement", "line"], name="receivables_statementdifference_once_a_line"
            ),
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(line=None),
                name="receivables_statementdifference_once_a_statement",
            ),
        ]
        indexes = [models.Index(fields=["-raised_at", "-id"], name="receivables_difference_by_day")]

    def __str__(self) -> str:
        return f"{self.statement.number} · {self.line}" if self.line_id else self.statement.number

    def get_absolute_url(self) -> str:
        return reverse("receivables:statementdifference_detail", args=[self.pk])
