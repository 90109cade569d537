"""The prey of the attacks: one of every record of a person, each with a text that nobody else may read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from customers.services import save_address
from receivables.models import SettlementLine
from salesops.calendar.models import CalendarDay, WorkRegime
from salesops.catalog.models import ExchangeRate, PaymentTerm, TaxRate
from salesops.documents.models import Letterhead, PrintText
from salesops.exchange.models import BatchState, ImportBatch
from salesops.jobs.models import JobRun, OutboxMessage
from salesops.notifications.models import GroupRobot, Notification, OneTimeLink
from salesops.ui.models import SavedView
from tests.access.prices import make_priced
from tests.factories.accounts import make_person
from tests.factories.catalog import make_price_list
from tests.factories.contracts import make_contract
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.documents import make_attachment, pdf, published
from tests.factories.orders import make_order, make_return
from tests.factories.performance import make_kpi_fact, make_kpi_figure, make_month_close, make_target
from tests.factories.receivables import make_credit_note, make_receipt, make_receivable

CANARY = "Zanzibarcanary"
# Figures of the prey that appear nowhere else.
AMOUNT, SHOWN_AMOUNT = "7654321.09", "7,654,321.09"
PASSWORD = "correct horse battery"


def make_prey(owner: Any, word: str = CANARY) -> SimpleNamespace:
    """A customer of ``owner`` with everything that can hang on it."""
    today = timezone.localdate()
    earlier = today - timedelta(days=40)
    customer = make_customer(
        owner,
        since=date(2025, 1, 1),
        code=f"{word[:2]}-7788",
        name=f"{word} Trading",
        short_name=f"{word} short",
        region=f"{word[:2]} Pole",
        industry=f"{word} industry",
        phone="+8613977770001",
    )
    contact = make_contact(
        customer, name=f"{word} Contact", phone="+8613977770002", email=f"{word}@example.com"
    )
    address = save_address(actor=None, at=timezone.now(), customer=customer, text=f"1 {word} Street")
    visit = make_visit(customer, on=today, done=False, purpose=f"{word} purpose")
    done = make_visit(customer, on=earlier, result=f"{word} result", next_step=f"{word} step")
    contract = make_contract(
        customer, number=f"{word}-CT", subject=f"{word} subject", end_date=today + timedelta(days=20)
    )
    draft_contract = make_contract(customer, number=f"{word}-CD", state="draft")
    kwargs = {"lines": ((1, AMOUNT),), "order_date": earlier}
    orders = {
        state: make_order(
            customer, number=f"{word}-{state}" if state != "draft" else None, state=state, **kwargs
        )
        for state in ("draft", "submitted", "confirmed", "shipped")
    }
    returned = make_return(orders["shipped"], net="1.00", reason=f"{word} broke")
    item = make_receivable(customer, amount=AMOUNT, issued=earlier, due=earlier, at=timezone.now())
    receipt = make_receipt(
        customer,
        amount=AMOUNT,
        received=earlier,
        to={item: "10.00"},
        at=timezone.now(),
        bank_reference=f"{word} reference",
        bank_account="6222020000001234567",
    )
    note = make_credit_note(customer, amount="5.00", on=earlier, reason=f"{word} reason", at=timezone.now())
    return SimpleNamespace(
        owner=owner,
        word=word,
        customer=customer,
        contact=contact,
        address=address,
        visit=visit,
        done=done,
        contract=contract,
        draft_contract=draft_contract,
        orders=orders,
        order=orders["confirmed"],
        returned=returned,
        receivable=item,
        receipt=receipt,
        credit_note=note,
        line=SettlementLine.objects.get(receivable=item),
        target=make_target("sal_amt", f"{today:%Y-%m}", AMOUNT, staff=owner),
        fact=make_kpi_fact(owner, on=earlier, num=AMOUNT),
        figure=make_kpi_figure(owner, on=earlier, num=AMOUNT),
        notice=Notification.objects.create(
            recipient=owner,
            kind="jobs.run_finished",
            key=f"{word} notice",
            data={"job": word},
            created_at=timezone.now(),
        ),
        view=SavedView.objects.create(
            user=owner, list_name="customers:customer_list", name=f"{word} view", query=f"q={word}"
        ),
        batch=ImportBatch.objects.create(
            kind="customers",
            file_name=f"{word}.csv",
            state=BatchState.CHECKED,
            created_by=owner,
            message=f"{word} message",
        ),
        file=make_attachment(customer, owner, name=f"{word} paper.pdf", data=pdf(word)),
        message=OutboxMessage.objects.create(
            key=f"{word}-message",
            kind="pigeon",
            payload={"to": word},
            created_at=timezone.now(),
            not_before=timezone.now() + timedelta(days=9),
        ),
    )


def make_house(cast: Any) -> SimpleNamespace:
    """What belongs to nobody in particular: goods, words of money, calendar, jobs."""
    at = timezone.now()
    cast.lead_b = make_person("betty", "lead", "rep", team=cast.group_b, superior=cast.mona)
    return SimpleNamespace(
        product=make_priced(),
        price_list=make_price_list("LIST"),
        rate=ExchangeRate.objects.create(currency_id="USD", date=date(2026, 5, 1), rate=7),
        tax=TaxRate.objects.create(code="TAXED", rate=0, from_date=date(2026, 1, 1)),
        term=PaymentTerm.objects.create(code="TERMED", base="invoice", days=33),
        day=CalendarDay.objects.create(region="CN", date=date(2026, 5, 4), name="Youth"),
        regime=WorkRegime.objects.create(
            name="Hours", from_date=date(2026, 5, 1), blocks=[["09:00", "12:00"]]
        ),
        run=JobRun.objects.create(
            job="fill_calendar", business_date=date(2026, 5, 4), state="failed", started_at=at
        ),
        close=make_month_close("2026-01"),
        document=published(cast),
        letterhead=Letterhead.objects.create(from_date=date(2026, 1, 1), name_en="Ours", name_zh_hans="我们"),
        print_text=PrintText.objects.create(
            place="footer", language="en", from_date=date(2026, 1, 1), body="Foot"
        ),
        robot=GroupRobot.objects.create(
            name="Robot", style="wecom", url="https://example.com/send?key=secret"
        ),
        link=OneTimeLink.objects.create(
            purpose="test",
            subject_type=ContentType.objects.get_for_model(JobRun),
            subject_id=1,
            recipient="outside@example.com",
            created_by=cast.carol,
            created_at=at,
            expires_at=at + timedelta(days=1),
        ),
    )


# --- every url of the product --------------------------------------------------------------------------


def url_names(resolver: Any = None, namespace: str = "") -> list[tuple[str, set[str]]]:
    """Every url name with the names of its arguments."""
    found: list[tuple[str, set[str]]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found += url_names(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            found.append((f"{namespace}{entry.name}", set(entry.pattern.converters)))
    return found


def addresses(prey: Any, house: Any, cast: Any) -> dict[str, list[str]]:
    """Every url name with its addresses on the prey; others are made by the access table."""
    found: dict[str, list[str]] = {}
    for name, arguments in url_names():
        if name.startswith("admin:") or name in ("healthz", "readyz"):
            continue
        found.setdefault(name, []).extend(
            reverse(name, kwargs=kwargs) for kwargs in _arguments(name, arguments, prey, house, cast)
        )
    return found


def is_foreign(name: str) -> bool:
    """Does this url name one record of the prey, so that a stranger must be told 404?"""
    app, _sep, rest = name.partition(":")
    if rest in ("notification_open", "savedview_delete", "importbatch_detail", "timeline", "row_history"):
        return True
    # The public pool, its rules and the models of grades are there for the whole sales line, checklists for all who visit.
    # Market information and the leads of nobody, too (COM-06); who may change them is in the access table.
    shared = ("poolcustomer_", "poolrule_", "checklist_", "lead_claim", "lossreason_", "competitor_", "observation_",
              "campaign_", "productdemand_", "grademodel_", "marketstudy_", "targetmarket_", "partner_",
              "requirementpaper_",
              # Money that nobody recognised is shown to the whole sales line; who may do what with it is in the access
              # table, and the ladder of collection is read by all of them.
              "bankline_", "collectionpolicy_")  # fmt: skip
    if rest.startswith(shared):
        return False
    owned = ("customers", "contracts", "orders", "receivables")
    return app in owned or rest.startswith(("target_", "importbatch_", "attachment_detail", "print_pdf"))


def _arguments(name: str, arguments: set[str], prey: Any, house: Any, cast: Any) -> list[dict[str, Any]]:
    if not arguments:
        return [{}]
    special = {
        "handbook:clause": {"key": "calendar.region"},
        "handbook:value_set": {"key": "calendar.region"},
        "exchange:template": {"kind": "customers"},
        "calendar:calendar_fill": {"region": "CN", "year": 2026},
        "jobs:job_preview": {"name": "fill_calendar"},
        "jobs:job_start": {"name": "fill_calendar"},
        "notifications:one_time_link": {"token": "guessed-word-of-a-link"},
        "customers:calendar_feed": {"token": "guessed-word-of-a-feed"},
        "accounts:password_reset_confirm": {"uidb64": "MQ", "token": "set-password"},
    }
    special |= {
        "documents:print": {"key": "orders.confirmation", "pk": prey.order.pk},
        "documents:print_pdf": {"key": "receivables.statement", "pk": prey.customer.pk},
        "documents:attachment_add": {"kind": "customers.customer", "key": prey.customer.pk},
    }
    if name in special:
        return [special[name]]
    if name == "ui:choices":
        from salesops.core.policies import registered

        return [{"label": model._meta.label_lower} for model in registered()]
    if name in ("audit:row_history", "audit:timeline", "audit:unmask"):
        field = {"field": "phone"} if name == "audit:unmask" else {}
        rows = [prey.contact] if field else subjects(prey)
        return [
            {"app_label": o._meta.app_label, "model_name": o._meta.model_name, "pk": o.pk, **field}
            for o in rows
        ]
    try:
        return [{"pk": _row_of(name.partition(":")[2], prey, house, cast).pk}]
    except KeyError:
        return [_of_the_table(name, prey, cast)]


def _of_the_table(name: str, prey: Any, cast: Any) -> dict[str, Any]:
    """What the access table would make for Alice, made for the owner of the prey: new pages come by themselves."""
    from tests.access.table import all_rows

    lent = SimpleNamespace(
        **{
            **vars(cast),
            "alice": prey.owner,
            "bob": getattr(cast, "lead_b", cast.bob),
            "carol": getattr(cast, "lead_b", cast.bob),
            "group_a": cast.group_b,
        }
    )
    row = next(row for row in all_rows() if row.url == name and row.make is not None)
    known = vars(prey).setdefault("of_the_table", {})
    made = known[row.make] = known.get(row.make) or row.make(lent)
    return made[1] if isinstance(made, tuple) else {"pk": made.pk}


def subjects(prey: Any) -> list[Any]:
    """The records of the prey that have a page or a timeline."""
    return [
        prey.customer,
        prey.contact,
        prey.visit,
        prey.contract,
        prey.order,
        prey.receivable,
        prey.receipt,
        prey.credit_note,
        prey.target,
    ]


def _row_of(name: str, prey: Any, house: Any, cast: Any) -> Any:
    exact = {
        "contact_create": prey.customer,
        "address_create": prey.customer,
        "contract_edit": prey.draft_contract,
        "contract_activate": prey.draft_contract,
        "contract_void": prey.draft_contract,
        "order_edit": prey.orders["draft"],
        "order_submit": prey.orders["draft"],
        "order_return": prey.orders["submitted"],
        "order_confirm": prey.orders["submitted"],
        "order_record_return": prey.orders["shipped"],
        "value_withdraw": _value(),
    }
    if name in exact:
        return exact[name]
    rows = {
        "customer": prey.customer,
        "contact": prey.contact,
        "address": prey.address,
        "visit": prey.visit,
        "contract": prey.contract,
        "order": prey.order,
        "receivable": prey.receivable,
        "receipt": prey.receipt,
        "creditnote": prey.credit_note,
        "settlementline": prey.line,
        "target": prey.target,
        "notification": prey.notice,
        "savedview": prey.view,
        "importbatch": prey.batch,
        "outboxmessage": prey.message,
        "monthclose": house.close,
        "product": house.product,
        "pricelist": house.price_list,
        "exchangerate": house.rate,
        "taxrate": house.tax,
        "paymentterm": house.term,
        "calendarday": house.day,
        "workregime": house.regime,
        "jobrun": house.run,
        "user": cast.carol,
        "team": cast.group_b,
        "rolegrant": cast.carol.role_grants.first(),
        "auditevent": _event(),
        "attachment": prey.file,
        "document": house.document,
        "documentclass": house.document.document_class,
        "letterhead": house.letterhead,
        "printtext": house.print_text,
        "grouprobot": house.robot,
        "onetimelink": house.link,
    }
    return rows[name.partition("_")[0]]


def _value() -> Any:
    from salesops.handbook.models import RuleValue

    return RuleValue.objects.get_or_create(
        key="calendar.region",
        from_date=date(2099, 1, 1),
        defaults={"value": "TW", "set_at": timezone.now(), "reason": "coming"},
    )[0]


def _event() -> Any:
    from salesops.audit.models import AuditEvent

    return AuditEvent.objects.order_by("-pk").first()


def text_of(answer: Any) -> str:
    """What the browser would read: the body, the place it is sent to, the messages in the head."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    head = " ".join(f"{k}: {v}" for k, v in answer.headers.items())
    return f"{head}\n{body.decode('utf-8', 'replace')}"


def clock(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


APP_ROLE = settings.DATABASE_APP_ROLE or "salesops_app"
