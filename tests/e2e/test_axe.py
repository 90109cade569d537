"""Axe-core finds nothing: every kind of page, light and dark, for the personas who work there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from salesops.exchange.models import ImportBatch
from salesops.jobs.models import JobItem, JobRun
from salesops.notifications.models import Notification
from tests.access.department import build
from tests.access.table import all_rows
from tests.attacks.walks.doors import visitor as let_in
from tests.factories.catalog import make_price_list, make_product, make_term
from tests.factories.contracts import make_contract
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.factories.orders import make_order, make_return
from tests.factories.performance import make_kpi_fact, make_month_close, make_target
from tests.factories.receivables import make_credit_note, make_receipt, make_receivable

FORBIDDEN = {"alice": ("/audit/acts/",)}


@pytest.fixture
def company(cast) -> SimpleNamespace:
    """One record of each kind, old and new, so that no page is empty."""
    today = timezone.localdate()
    term = make_term()
    product = make_product(
        "HX-1", name="保温杯 Flask", list_price=Decimal("100.00"), tax_rate=Decimal("0.13")
    )
    customer = make_customer(cast.alice, name="苏州海川商贸有限公司", short_name="海川商贸", region="华东")
    contact = make_contact(customer, name="胡经理", email="hu@customer.example", is_primary=True)
    planned = make_visit(customer, cast.alice, on=today, done=False, purpose="新品介绍")
    make_visit(customer, cast.alice, on=today - timedelta(days=3))
    orders = {
        state: make_order(customer, state=state, order_date=today - timedelta(days=9), product=product)
        for state in ("draft", "submitted", "confirmed", "shipped")
    }
    make_return(orders["shipped"], net="10.00", on=today)
    item = make_receivable(customer, amount="300.00", due=date(2026, 2, 1))
    receipt = make_receipt(customer, amount="120.00", to={item: "100.00"})
    make_kpi_fact(cast.alice)
    run = JobRun.objects.create(
        job="send_reminders",
        business_date=today,
        state="done",
        started_at=timezone.now(),
        summary={"done": 1},
    )
    JobItem.objects.create(run=run, subject=item.number, outcome="done", reason="sent")
    Notification.objects.create(
        recipient=cast.alice, kind="receivables.due_soon", key="due", created_at=timezone.now()
    )
    return SimpleNamespace(
        **vars(cast),
        term=term,
        product=product,
        prices=make_price_list(),
        customer=customer,
        contact=contact,
        planned=planned,
        orders=SimpleNamespace(**orders),
        contract=make_contract(customer),
        item=item,
        receipt=receipt,
        credit=make_credit_note(customer),
        target=make_target("sal_amt", f"{today:%Y-%m}", 1000, staff=cast.alice),
        close=make_month_close(),
        run=run,
        batch=ImportBatch.objects.create(
            kind="customers", file_name="a.csv", created_by=cast.root, state="done"
        ),
    )


def pages(c: SimpleNamespace) -> Iterator[tuple[str, list[str]]]:
    """For each persona the pages looked at; every kind of page is with somebody who works there."""
    order, customer = "/orders/orders/", "/customers/customers/"
    at_customer = f"{customer}{c.customer.pk}/"
    yield (
        "alice",
        [
            "/",
            "/menu/",
            "/notifications/",
            "/search/?q=%E6%B5%B7",
            "/accounts/profile/",
            "/accounts/password/",
        ]
        + [customer, f"{customer}new/", at_customer, f"{at_customer}edit/", f"{at_customer}contacts/new/"]
        + [f"{at_customer}addresses/new/", "/customers/contacts/", f"/customers/contacts/{c.contact.pk}/"]
        + ["/customers/visits/", "/customers/visits/new/", f"/customers/visits/log/?customer={c.customer.pk}"]
        + [f"/customers/visits/{c.planned.pk}/", f"/customers/visits/{c.planned.pk}/log/"]
        + [f"/customers/visits/{c.planned.pk}/replan/", f"/customers/visits/{c.planned.pk}/cancel/"]
        + ["/customers/visits/calendar/", "/customers/visits/plan-and-done/", "/contracts/contracts/"]
        + [f"/contracts/contracts/{c.contract.pk}/", order, f"{order}new/?customer={c.customer.pk}"]
        + [f"{order}{c.orders.draft.pk}/edit/", f"{order}{c.orders.draft.pk}/submit/", "/orders/returns/"]
        + [
            f"{order}{c.orders.shipped.pk}/",
            "/receivables/receivables/mine/",
            "/audit/acts/",
            "/no-such-page/",
        ],
    )
    yield "bob", ["/", "/performance/team-day/", "/accounts/people/", f"{order}{c.orders.submitted.pk}/"]
    yield (
        "mona",
        [
            "/",
            "/dashboards/team/",
            "/dashboards/company/",
            "/performance/targets/",
            "/performance/targets/new/",
        ]
        + [f"/performance/targets/{c.target.pk}/", f"/performance/targets/{c.target.pk}/edit/"]
        + [f"{order}{c.orders.submitted.pk}/confirm/", f"{at_customer}assign/", "/performance/kpis/"]
        + [f"/performance/rows/?code=sal_amt&period={timezone.localdate():%Y-%m}", "/performance/closes/"]
        + [f"/performance/closes/{c.close.pk}/", "/catalog/products/", f"/catalog/products/{c.product.pk}/"]
        + [f"/catalog/price-lists/{c.prices.pk}/", "/accounts/teams/", f"/accounts/people/{c.alice.pk}/"],
    )
    yield (
        "dora",
        ["/", "/dashboards/finance/", "/receivables/ageing/", "/receivables/ageing/?by=team"]
        + [
            "/receivables/receivables/",
            "/receivables/receivables/new/",
            f"/receivables/receivables/{c.item.pk}/",
        ]
        + ["/receivables/receipts/", f"/receivables/receipts/new/?customer={c.customer.pk}"]
        + [f"/receivables/receipts/{c.receipt.pk}/", f"/receivables/receipts/{c.receipt.pk}/allocate/"]
        + [f"/receivables/receipts/{c.receipt.pk}/reverse/", f"/receivables/credit-notes/{c.credit.pk}/"]
        + ["/receivables/unallocated/", "/receivables/check/", "/receivables/months/", "/catalog/rates/"]
        + [f"{at_customer}credit/", f"/catalog/terms/{c.term.pk}/"],
    )
    yield "otto", ["/", f"{order}{c.orders.confirmed.pk}/ship/", f"{order}{c.orders.confirmed.pk}/"]
    yield "gina", ["/", "/dashboards/company/"]
    yield (
        "hugo",
        ["/", "/accounts/people/new/", f"/accounts/people/{c.alice.pk}/move/", "/accounts/teams/new/"],
    )
    yield "aida", ["/", "/audit/acts/", "/audit/accesses/", "/audit/rows/", "/audit/integrity/"]
    yield (
        "root",
        ["/", "/exchange/imports/", "/exchange/imports/new/", f"/exchange/imports/{c.batch.pk}/", "/jobs/"]
        + ["/jobs/runs/", f"/jobs/runs/{c.run.pk}/", "/jobs/send_reminders/preview/", "/jobs/outbox/"]
        + ["/handbook/", "/handbook/numbering.pattern/", "/calendar/", "/calendar/days/", "/calendar/hours/"]
        + [f"/accounts/people/{c.alice.pk}/grant/"],
    )


# Kinds of pages of the access table, with the records that it makes; one of each kind, not every page.
OTHER_KINDS = (
    *("receivables:bankline_list", "receivables:bankline_detail", "receivables:bankline_book"),
    *("receivables:taxinvoice_list", "receivables:taxinvoice_detail", "receivables:taxinvoice_issue"),
    *(
        "receivables:collectioncase_list",
        "receivables:collectioncase_detail",
        "receivables:collectioncase_act",
    ),
    *("receivables:collectionpolicy_detail", "receivables:collectionpolicy_level"),
    *(
        "receivables:collection_overview",
        "receivables:instalmentplan_detail",
        "receivables:legalstage_detail",
    ),
    *("receivables:risk_report", "receivables:riskwarning_list", "receivables:provisionrun_detail"),
    *("receivables:creditassessment_detail", "receivables:creditassessment_edit", "receivables:credit_rows"),
    *("receivables:forecast", "receivables:bridge", "receivables:rates", "receivables:due_calendar"),
    *("receivables:statement_detail", "receivables:statement_bulk", "receivables:account"),
    *("receivables:heldpaper_due", "receivables:dispute_detail", "receivables:limitation"),
    *("performance:target_year", "performance:progress", "performance:team_day", "calendar:calendar_month"),
    *("customers:handover_detail", "documents:document_list", "documents:document_detail"),
    *("documents:document_edit", "approvals:approvalrequest_detail", "approvals:approvalflow_detail"),
    *(
        "work:task_detail",
        "customers:opportunity_board",
        "customers:opportunity_detail",
        "customers:reception_detail",
    ),
    *("customers:visitplan_edit", "customers:marketstudy_report", "customers:campaign_detail"),
)


def other_kinds(c: SimpleNamespace) -> dict[str, list[str]]:
    """Each kind with somebody whom the access table lets in."""
    rows = {row.url: row for row in reversed(all_rows())}
    found: dict[str, list[str]] = {}
    for name in OTHER_KINDS:
        with transaction.atomic():
            _obj, address = build(rows[name], c)
        found.setdefault(let_in(rows[name], "get"), []).append(address)
    return found


def test_axe_finds_nothing_on_any_kind_of_page(visitor, company):
    found: list[str] = []
    person = visitor()  # one browser profile for all, which has the scripts and styles at hand already
    person.page.goto("/accounts/sign-in/")
    found += person.axe() + person.axe(theme="dark")
    walk = {username: list(paths) for username, paths in pages(company)}
    for username, paths in other_kinds(company).items():
        walk[username] += paths
    for username, paths in walk.items():
        person.come_in(getattr(company, username))
        for turn, path in enumerate(paths):
            answer = person.page.goto(path)
            known = 404 if "no-such" in path else 403 if path in FORBIDDEN.get(username, ()) else 200
            if answer.status != known:
                found.append(f"{username} {path} answered {answer.status}")
            found += person.axe(frame=turn == 0)
            if turn % 3 == 0:  # the themes share every rule but their colours
                found += person.axe(theme="dark", frame=turn == 0)
    person.complaints = [
        c for c in person.complaints if "status of 404" not in c and "status of 403" not in c
    ]
    assert not found, "\n".join(sorted(set(found)))


def test_axe_finds_nothing_on_a_phone_in_chinese(visitor, company):
    found: list[str] = []
    rep = visitor(phone=True, language="zh-CN")
    rep.sign_in("alice")
    for path in (
        "/",
        "/menu/",
        "/orders/orders/",
        f"/customers/customers/{company.customer.pk}/",
        "/orders/orders/new/",
    ):
        rep.goto(path)
        rep.quiet()
        found += rep.axe() + rep.axe(theme="dark")
        if not rep.no_sideways_scroll():
            found.append(f"{path} scrolls sideways")
    assert not found, "\n".join(found)
