"""What waits for finance today: one tile for each kind of work, each leading to its rows (issue 5, point 8).

Figures of a period (sales, rates, months beside each other) are the KPI pages of ``performance``, counted and kept; here
everything is counted at the moment of asking. Other parts add tiles with ``day_tiles.register``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Min, QuerySet, Sum
from django.db.models.functions import Round
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from receivables.choices import EntryState, PromiseState, ProvisionState, RiskState, StatementState
from receivables.choices.bank import OPEN_LINES, ClaimState
from receivables.credit import KEY as RELEASE
from receivables.models import (
    BankClaim,
    BankLine,
    CollectionCase,
    CreditNote,
    Dispute,
    HeldPaper,
    PeriodLock,
    PostingEntry,
    Promise,
    ProvisionRun,
    Receipt,
    ReceiptEntry,
    Refund,
    RiskWarning,
    Statement,
    StatementDifference,
)
from receivables.services.book_watch import last_look
from receivables.services.holds import KEY as LIFT
from receivables.services.periods import left_of
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.core.money import places_of
from salesops.core.periods import Period
from salesops.core.registry import Registry
from salesops.ui.marks import exact_date
from salesops.ui.templatetags.ui import money

PAPER_DAYS = 7


@dataclass(frozen=True)
class Told:
    """``count`` rows, together ``amount`` in base currency where that says something; ``bad`` needs somebody today."""

    count: int
    amount: Decimal | None = None
    note: str = ""
    url: str = ""
    bad: bool = False


@dataclass(frozen=True)
class DayTile:
    """``ask(user, on)`` counts what that person may see; ``group`` is one of ``GROUPS``."""

    group: str
    label: Any
    ask: Callable[[Any, date], Told]


GROUPS = {
    "money": gettext_lazy("Money that came in"),
    "second": gettext_lazy("Two people"),
    "chase": gettext_lazy("To be chased"),
    "books": gettext_lazy("Books"),
}
day_tiles: Registry[DayTile] = Registry("receivables.day_tiles")


def groups_of(user: Any, on: date) -> list[tuple[Any, list[tuple[Any, Told]]]]:
    """Every group with its tiles, counted now."""
    return [
        (label, [(tile.label, tile.ask(user, on)) for tile in day_tiles if tile.group == key])
        for key, label in GROUPS.items()
    ]


def rows_at(name: str, **query: Any) -> str:
    """Address of a list, narrowed."""
    place = reverse(name if ":" in name else f"receivables:{name}")
    return f"{place}?{urlencode(query)}" if query else place


def _sum(rows: QuerySet, field: str = "base_amount") -> tuple[int, Decimal]:
    found = rows.order_by().aggregate(count=Count("pk"), sum=Sum(field))
    return found["count"], found["sum"] or Decimal(0)


# --- money that came in -------------------------------------------------------------------------------
def bank_lines(user: Any, on: date) -> Told:
    rows = BankLine.objects.visible_to(user).filter(state__in=OPEN_LINES)
    found = rows.order_by().aggregate(count=Count("pk"), first=Min("date"))
    note = _("the oldest of %(date)s") % {"date": exact_date(found["first"])} if found["first"] else ""
    return Told(found["count"], note=note, url=rows_at("bankline_list"))


def claims(user: Any, on: date) -> Told:
    rows = BankClaim.objects.visible_to(user).filter(state=ClaimState.OPEN)
    return Told(rows.count(), url=rows_at("bankclaim_list", state=ClaimState.OPEN))


def unallocated(user: Any, on: date) -> Told:
    count, amount = 0, Decimal(0)
    for model in (Receipt, CreditNote):
        rows = model.objects.visible_to(user).unallocated()
        more, sum_ = _sum(rows.annotate(left=Round(F("unallocated") * F("base_rate"), places_of())), "left")
        count, amount = count + more, amount + sum_
    return Told(count, amount, url=rows_at("unallocated"))


def papers(user: Any, on: date) -> Told:
    until = on + timedelta(days=PAPER_DAYS)
    rows = HeldPaper.objects.visible_to(user).held().filter(due_date__lte=until)
    count, amount = _sum(rows)
    late = rows.filter(due_date__lte=on).count()
    note = _("%(count)s of them today or before") % {"count": late} if late else ""
    url = rows_at("heldpaper_list", state="held", due_date_max=until)
    return Told(count, amount, note=note, url=url, bad=bool(late))


# --- two people ---------------------------------------------------------------------------------------
def entries(model: type, name: str) -> Callable[[Any, date], Told]:
    def ask(user: Any, on: date) -> Told:
        rows = model.objects.visible_to(user).filter(state=EntryState.ENTERED)  # type: ignore[attr-defined]
        return Told(*_sum(rows), url=rows_at(name, state=EntryState.ENTERED))

    return ask


def requests(kind: str) -> Callable[[Any, date], Told]:
    def ask(user: Any, on: date) -> Told:
        rows = ApprovalRequest.objects.visible_to(user).filter(document_type=kind, state=RequestState.PENDING)
        query = {"box": "all", "document_type": kind, "state": RequestState.PENDING}
        return Told(rows.count(), url=rows_at("approvals:approvalrequest_list", **query))

    return ask


def refunds(user: Any, on: date) -> Told:
    return Told(*_sum(Refund.objects.visible_to(user).to_pay()), url=rows_at("refund_list", payment="to_pay"))


# --- to be chased -------------------------------------------------------------------------------------
def promises(user: Any, on: date) -> Told:
    rows = Promise.objects.visible_to(user).waiting().filter(due_date__lte=on)
    return Told(
        rows.count(), url=rows_at("promise_list", state=PromiseState.OPEN, due_date_max=on), bad=rows.exists()
    )


def contacts(user: Any, on: date) -> Told:
    rows = CollectionCase.objects.visible_to(user).exclude(state="closed").filter(next_date__lte=on)
    return Told(*_sum(rows, "overdue_base"), url=rows_at("collectioncase_list", turn="today"))


def disputes(user: Any, on: date) -> Told:
    rows = Dispute.objects.visible_to(user).filter(resolved_date__isnull=True)
    late = rows.filter(next_date__lt=on).count()
    note = _("the next step is late for %(count)s") % {"count": late} if late else ""
    return Told(rows.count(), note=note, url=rows_at("dispute_list"), bad=bool(late))


def statements(user: Any, on: date) -> Told:
    rows = Statement.objects.visible_to(user).filter(state=StatementState.SENT)
    return Told(rows.count(), url=rows_at("statement_list", state=StatementState.SENT))


def differences(user: Any, on: date) -> Told:
    rows = StatementDifference.objects.visible_to(user).filter(settled_at__isnull=True)
    return Told(rows.count(), url=rows_at("statementdifference_list", state="open"))


def risks(user: Any, on: date) -> Told:
    rows = RiskWarning.objects.visible_to(user).filter(state=RiskState.OPEN, gone_date=None)
    return Told(*_sum(rows, "outstanding"), url=rows_at("riskwarning_list", state=RiskState.OPEN))


# --- books --------------------------------------------------------------------------------------------
def month(user: Any, on: date) -> Told:
    """What is left to do of the last month, unless it is closed."""
    period = Period.month_of(on).previous()
    url = rows_at("periodlock_list")
    if PeriodLock.objects.filter(module="receivables", month=period.start, closed=True).exists():
        return Told(0, note=_("%(month)s is closed") % {"month": period.code}, url=url)
    note = _("%(month)s is not closed") % {"month": period.code}
    return Told(len(left_of(period)), note=note, url=url)


def books(user: Any, on: date) -> Told:
    """Broken rules as of the last look; nobody waits here for a million rows to be added up."""
    day, broken = last_look()
    note = _("as of %(date)s") % {"date": exact_date(day)} if day else _("not looked at yet")
    return Told(broken, note=note, url=rows_at("check"), bad=bool(broken))


def provision(user: Any, on: date) -> Told:
    """The last run that was posted; runs that are not, are counted."""
    runs = ProvisionRun.objects.visible_to(user)
    last = runs.filter(state=ProvisionState.POSTED).order_by("-as_of", "-pk").first()
    open_runs = runs.filter(state__in=[ProvisionState.DRAFT, ProvisionState.SUBMITTED]).count()
    if last is None:
        return Told(open_runs, note=_("none is posted yet"), url=rows_at("provisionrun_list"))
    note = _("%(amount)s posted for %(month)s") % {
        "month": f"{last.month:%Y-%m}",
        "amount": money(last.total),
    }
    return Told(open_runs, note=note, url=rows_at("provisionrun_list"))


def register() -> None:
    """Called when the app is ready."""
    for key, group, label, ask in (
        ("bank_lines", "money", gettext_lazy("Bank lines to be matched"), bank_lines),
        ("claims", "money", gettext_lazy("Claims to be confirmed"), claims),
        ("unallocated", "money", gettext_lazy("Unallocated money"), unallocated),
        ("papers", "money", gettext_lazy("Drafts and cheques due within a week"), papers),
        (
            "entries",
            "second",
            gettext_lazy("Receipts to be checked"),
            entries(ReceiptEntry, "receiptentry_list"),
        ),
        (
            "postings",
            "second",
            gettext_lazy("Postings to be checked"),
            entries(PostingEntry, "postingentry_list"),
        ),
        ("releases", "second", gettext_lazy("Releases of credit that wait"), requests(RELEASE)),
        ("lifts", "second", gettext_lazy("Holds to be lifted that wait"), requests(LIFT)),
        ("refunds", "second", gettext_lazy("Refunds to be paid"), refunds),
        ("promises", "chase", gettext_lazy("Promises due today"), promises),
        ("contacts", "chase", gettext_lazy("Customers to be called today"), contacts),
        ("disputes", "chase", gettext_lazy("Open disputes"), disputes),
        ("statements", "chase", gettext_lazy("Statements without an answer"), statements),
        ("differences", "chase", gettext_lazy("Differences to be settled"), differences),
        ("risks", "chase", gettext_lazy("Risk warnings without an answer"), risks),
        ("month", "books", gettext_lazy("Left to do for the month"), month),
        ("books", "books", gettext_lazy("Broken rules of the books"), books),
        ("provision", "books", gettext_lazy("Provision runs to be posted"), provision),
    ):
        day_tiles.register(f"receivables.{key}", DayTile(group, label, ask))
