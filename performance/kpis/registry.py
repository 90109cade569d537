"""The KPI library of this house (domain §4); every figure anywhere is one of these."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from performance.choices import Basis, Direction, Unit
from performance.kpis.definition import EVERY, WITH_TARGETS, KpiDef
from salesops.core.errors import InvalidInput
from salesops.core.registry import Registry

kpis: Registry[KpiDef] = Registry("kpis")

BASIS = "performance.sales_basis"
DISPUTED = "performance.col_rate_skips_disputed"


def register_kpi(definition: KpiDef) -> KpiDef:
    return kpis.register(definition.code, definition)


def kpi_of(code: str) -> KpiDef:
    """The KPI of a code, in any case. Raises ``InvalidInput`` that lists what there is."""
    found = kpis.get(code.lower())
    if found is None:
        raise InvalidInput(
            gettext("There is no KPI “%(code)s”.") % {"code": code},
            field="code",
            way_out=gettext("Known codes: %(codes)s.")
            % {"codes": ", ".join(key for key, _def in kpis.items())},
        )
    return found


def stored_kpis() -> list[KpiDef]:
    """KPIs with rows of their own, that is all but the derived ones."""
    return [k for k in kpis if not k.of]


register_kpi(
    KpiDef(
        code="sal_amt",
        title=_("Sales amount"),
        unit=Unit.MONEY,
        direction=Direction.UP,
        formula=_(
            "Sum of order lines without tax and freight, in base currency, minus returns and credit notes"
        ),
        source=_("Orders: lines, returns; receivables: credit notes"),
        cases=_(
            "Counted on one company-wide basis: order, shipment or invoice. Returns and credit notes count "
            "negative on their own date, to the owner of the sale; a credit note on an order with recorded "
            "returns is the paper of those returns and is not counted twice. Cancelled orders do not count."
        ),
        shared=True,
        sql="sal_amt",
        uses_basis=True,
        dimensions=EVERY,
        clauses=(BASIS,),
    )
)
register_kpi(
    KpiDef(
        code="sal_vol",
        title=_("Sales volume"),
        unit=Unit.QUANTITY,
        direction=Direction.UP,
        formula=_("Sum of quantities sold minus quantities returned"),
        source=_("Orders: lines, returns"),
        cases=_("Different units of measure are never added: where they meet, the figure is n/a."),
        shared=True,
        sql="sal_vol",
        uses_basis=True,
        dimensions=EVERY,
        clauses=(BASIS,),
    )
)
register_kpi(
    KpiDef(
        code="sal_att",
        title=_("Sales target attainment"),
        unit=Unit.PERCENT,
        direction=Direction.UP,
        formula=_("Sales amount ÷ sales target of the same person or team and period"),
        source=_("Orders: lines, returns; performance: targets"),
        cases=_("Without a target the figure is n/a."),
        ratio=True,
        uses_basis=True,
        dimensions=WITH_TARGETS,
        of="sal_amt",
        clauses=(BASIS,),
    )
)
register_kpi(
    KpiDef(
        code="ord_cnt",
        title=_("Orders"),
        unit=Unit.COUNT,
        direction=Direction.UP,
        formula=_("Number of binding orders (confirmed or shipped), by order date"),
        source=_("Orders"),
        cases=_("Drafts, submitted and cancelled orders do not count."),
        sql="ord_cnt_{basis}",
        uses_basis=True,
        default_basis=Basis.ORDER,
    )
)
register_kpi(
    KpiDef(
        code="new_cust",
        title=_("New customers"),
        unit=Unit.COUNT,
        direction=Direction.UP,
        formula=_("Customers whose first confirmed order or effective contract falls in the period"),
        source=_("Orders; contracts"),
        cases=_(
            "Each customer once, for the owner of that first order. If it is cancelled later, the customer "
            "counts with the next one; in a closed month this shows as a difference to restate."
        ),
        sql="new_cust",
    )
)
register_kpi(
    KpiDef(
        code="col_amt",
        title=_("Collected amount"),
        unit=Unit.MONEY,
        direction=Direction.UP,
        formula=_("Sum of money received and allocated to open items, by the day of allocation"),
        source=_("Receivables: allocations"),
        cases=_(
            "For the owner of the open item; a reversed allocation counts negative on its own date; credit "
            "notes are not money."
        ),
        shared=True,
        sql="col_amt",
    )
)
register_kpi(
    KpiDef(
        code="col_rate",
        title=_("Collection rate"),
        unit=Unit.PERCENT,
        direction=Direction.UP,
        formula=_(
            "A ÷ B. B: open amount at the start of the period of items due by its end, and items issued "
            "and due inside it. A: money allocated inside the period to exactly those items"
        ),
        source=_("Receivables: open items, allocations"),
        cases=_("Always between 0 and 100 %. Early payment of later items does not count."),
        shared=True,
        sql="col_rate",
        ratio=True,
        additive=False,
        clauses=(DISPUTED,),
    )
)
register_kpi(
    KpiDef(
        code="overdue_amt",
        title=_("Overdue amount"),
        unit=Unit.MONEY,
        direction=Direction.DOWN,
        formula=_("Sum of what is open, with tax, on the last day of the period and was due before that day"),
        source=_("Receivables: open items, settlements"),
        cases=_("By due date; the due day itself is not overdue. In a running period: as of today."),
        shared=True,
        sql="overdue_amt",
        additive=False,
    )
)
register_kpi(
    KpiDef(
        code="vis_done",
        title=_("Visits done"),
        unit=Unit.COUNT,
        direction=Direction.UP,
        formula=_("Number of visits and other contacts that took place"),
        source=_("Customers: visits"),
        sql="vis_done",
    )
)
register_kpi(
    KpiDef(
        code="visit_done",
        title=_("Visits done against plan"),
        unit=Unit.PERCENT,
        direction=Direction.UP,
        formula=_("Visits done ÷ visits planned, by planned day"),
        source=_("Customers: visits"),
        cases=_("Cancelled plans do not count; plans of today and later count once they are done."),
        sql="visit_done",
        ratio=True,
    )
)
register_kpi(
    KpiDef(
        code="revisit",
        title=_("Return visits by the rhythm"),
        unit=Unit.PERCENT,
        direction=Direction.UP,
        formula=_(
            "Customers return-visited as scheduled ÷ customers whose visit fell due by their own rhythm, else by that of their class"
        ),
        source=_("Customers: visits"),
        cases=_(
            "Each customer once a period, kept where every due day was met; what was open from before is kept by a "
            "visit in the period. A day that is not over is no miss. Rhythm and what counts as a visit: clauses 3.60 to 3.63."
        ),
        sql="revisit",
        ratio=True,
        additive=False,
    )
)
register_kpi(
    KpiDef(
        code="otd",
        title=_("On-time delivery"),
        unit=Unit.PERCENT,
        direction=Direction.UP,
        formula=_("Order lines shipped on or before the promised day ÷ order lines due"),
        source=_("Orders: lines"),
        cases=_("Without a promised day the required day counts; lines that may still be in time wait."),
        sql="otd",
        ratio=True,
        dimensions=EVERY,
    )
)
register_kpi(
    KpiDef(
        code="won_amt",
        title=_("Amount won"),
        unit=Unit.MONEY,
        direction=Direction.UP,
        formula=_("Sum of the amounts of opportunities won, by the day of the decision, in base currency"),
        source=_("Customers: opportunities"),
        cases=_(
            "For the owner and team of that day, at the rate of that day; product by product where there are products."
        ),
        sql="won_amt",
        shared=True,
        dimensions=EVERY,
    )
)
register_kpi(
    KpiDef(
        code="win_rate",
        title=_("Win rate"),
        unit=Unit.PERCENT,
        direction=Direction.UP,
        formula=_("Opportunities won ÷ (won + lost), decided in the period"),
        source=_("Customers: opportunities"),
        cases=_("On hold and open ones are left out. By product: the main product of the opportunity."),
        sql="win_rate",
        ratio=True,
        dimensions=EVERY,
    )
)
register_kpi(
    KpiDef(
        code="deal_days",
        title=_("Sales cycle"),
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        formula=_("Mean days from engaging an opportunity to winning it, of those won in the period"),
        source=_("Customers: opportunities"),
        cases=_("Without a day of engaging: from the day of opening."),
        sql="deal_days",
        ratio=True,
        dimensions=EVERY,
    )
)
register_kpi(
    KpiDef(
        code="lead_conv",
        title=_("Lead conversion"),
        unit=Unit.PERCENT,
        direction=Direction.UP,
        formula=_("Leads that became customers ÷ leads decided in the period"),
        source=_("Customers: leads"),
        cases=_("Duplicates are left out. Region and product are those of the lead."),
        sql="lead_conv",
        ratio=True,
        dimensions=EVERY,
    )
)
