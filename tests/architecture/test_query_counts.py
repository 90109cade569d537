"""How many queries each kind of page may cost, whatever the number of its rows; all in this one file.

A pin names a url, who asks, and the most it may take. What the page shows is made by the url's row in the access
table, four times over where it can be made again. Session and person (with roles, teams and the bell) cost two
queries of every page, the keys of the reader's customers a third where they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access.table import all_rows
from tests.access.test_access import build


@dataclass(frozen=True)
class Pin:
    """One page kind, its most queries, and how many times its records are made."""

    url: str
    who: str
    most: int
    times: int = 4

    def __str__(self) -> str:
        return self.url


PINS = [
    # lists
    Pin("accounts:user_list", "hugo", 5),
    Pin("accounts:team_list", "alice", 3),
    Pin("approvals:approvalrequest_list", "alice", 10),
    Pin("approvals:approvalflow_list", "root", 3),
    Pin("audit:auditevent_list", "gina", 3),
    Pin("audit:accesslog_list", "gina", 3),
    Pin("audit:rowchange_list", "gina", 4),
    Pin("catalog:product_list", "alice", 4),
    Pin("catalog:pricelist_list", "alice", 3),
    Pin("contracts:contract_list", "alice", 4),
    Pin("customers:customer_list", "alice", 4),
    Pin("customers:contact_list", "alice", 4),
    Pin("customers:visit_list", "alice", 4),
    Pin("customers:visit_due", "alice", 5),
    Pin("customers:visitplan_list", "alice", 3, times=1),
    Pin("customers:lead_list", "alice", 3),
    Pin("customers:opportunity_list", "alice", 4),
    Pin("customers:opportunity_board", "alice", 11),
    Pin("customers:opportunity_forecast", "alice", 11),
    Pin("customers:observation_list", "alice", 3),
    Pin("customers:productdemand_list", "alice", 3),
    Pin("documents:document_list", "alice", 4),
    Pin("documents:attachment_list", "alice", 6),
    Pin("exchange:importbatch_list", "dora", 3),
    Pin("jobs:jobrun_list", "dora", 3),
    Pin("notifications:notification_list", "alice", 4),
    Pin("orders:order_list", "alice", 4),
    Pin("orders:return_list", "alice", 4),
    Pin("performance:target_list", "alice", 3, times=1),
    Pin("receivables:receivable_list", "alice", 4),
    Pin("receivables:receipt_list", "alice", 4),
    Pin("receivables:creditnote_list", "alice", 4),
    Pin("work:task_list", "alice", 3),
    Pin("work:departmentrequest_list", "alice", 4),
    # records
    Pin("accounts:user_detail", "alice", 11),
    Pin("approvals:approvalrequest_detail", "bob", 40, times=1),
    Pin("contracts:contract_detail", "alice", 10),
    Pin("customers:customer_detail", "alice", 8),
    Pin("customers:visit_detail", "alice", 11),
    Pin("customers:opportunity_detail", "alice", 9),
    Pin("customers:lead_detail", "alice", 6),
    Pin("documents:document_detail", "alice", 14),
    Pin("documents:attachment_detail", "alice", 12),
    Pin("exchange:importbatch_detail", "mona", 5),
    Pin("jobs:jobrun_detail", "dora", 6, times=1),
    Pin("orders:order_detail", "alice", 15),  # with the holds and the credit that blocks it and its request
    Pin("performance:target_detail", "alice", 12, times=1),
    Pin("receivables:receivable_detail", "alice", 10),
    Pin("receivables:receipt_detail", "alice", 9),  # with the rests that were given up
    # forms
    Pin("customers:customer_create", "alice", 7),
    Pin("orders:order_create", "alice", 8),
    Pin("orders:order_edit", "alice", 12),
    Pin("receivables:receipt_create", "dora", 4),
    Pin("receivables:receipt_allocate", "dora", 4),
    # dashboards, reports, the rest
    Pin("dashboards:company", "dora", 8),
    Pin("dashboards:deals", "alice", 8),
    Pin("dashboards:finance", "dora", 8),
    Pin("dashboards:team", "alice", 8),
    Pin("performance:rows", "alice", 14),
    Pin("receivables:ageing", "alice", 13),
    Pin("receivables:check", "dora", 40),
    Pin("customers:visit_calendar", "alice", 8),
    Pin("calendar:calendar_month", "alice", 6),
    Pin("approvals:authority", "root", 9),
    Pin("handbook:handbook", "alice", 7),
    Pin("handbook:acknowledgement_list", "bob", 7),
    Pin("jobs:job_list", "dora", 6),
    Pin("ui:menu", "alice", 2),
    Pin("search:search", "alice", 13),
    Pin("ui:workbench", "alice", 21),
]


@pytest.mark.django_db
@pytest.mark.parametrize("pin", PINS, ids=str)
def test_a_page_costs_no_more_queries_than_pinned(pin, cast, client):
    row = next((row for row in all_rows() if row.url == pin.url), None)
    assert row, f"{pin.url} is gone; take its pin away"
    for _n in range(pin.times):
        _obj, address = build(row, cast)
    client.force_login(getattr(cast, pin.who))
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    assert answer.status_code == 200
    listing = "\n".join(query["sql"][:160] for query in seen.captured_queries)
    assert len(seen) <= pin.most, f"{len(seen)} queries:\n{listing}"
