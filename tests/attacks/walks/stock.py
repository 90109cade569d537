"""What the forms of the product need to be filled in: somebody to sell to, something to sell, and their own words."""

from __future__ import annotations

from typing import Any

from customers.models import Customer
from tests.attacks.walks.filling import filled
from tests.factories.catalog import make_product
from tests.factories.customers import make_customer
from tests.factories.deals import make_demand
from tests.factories.receivables import make_receivable

# Forms whose fields want a word of a certain kind; cast and object of the door are at hand.
WORDS: dict[str, Any] = {
    "accounts:user_create": lambda cast, obj: {"username": "fresh.person"},
    "accounts:user_set_password": lambda cast, obj: dict.fromkeys(
        ("password", "new_password", "new_password1", "new_password2"), "A new secret 77 words"
    ),
    "calendar:workregime_create": lambda cast, obj: {"blocks": "08:30–12:00, 13:30–17:30"},
    "customers:customer_assign": lambda cast, obj: {"owner": cast.bob.pk, "to": cast.bob.pk},
    "customers:taxprofile_create": lambda cast, obj: {"tax_number": "9144030071526726XG"},
    "customers:taxprofile_edit": lambda cast, obj: {"tax_number": "9144030071526726XG"},
    "customers:customer_group": lambda cast, obj: {
        "group": Customer.objects.filter(owner=cast.alice).exclude(pk=obj.pk).first().pk
    },
    "customers:grademodel_create": lambda cast, obj: {"lines-0-weight": "100", "lines-0-steps": "0:0 5:100"},
    "performance:target_year": lambda cast, obj: {
        "staff": cast.alice.pk,
        "year": "2027",
        "sal_amt_03": "5",
    },
    "performance:target_create": lambda cast, obj: {"period": "2027-03", "staff": cast.alice.pk},
    "customers:requirementpaper_create": lambda cast, obj: {"demands": make_demand(cast.alice).pk},
    "customers:targetmarket_create": lambda cast, obj: {"size_source": "Yearbook"},
    "customers:targetmarket_edit": lambda cast, obj: {"size_source": "Yearbook"},
    "customers:campaign_evaluate": lambda cast, obj: {
        "adjustment": "Nothing",
        "attended": "1",
        "invited": "2",
    },
    "customers:visit_log": lambda cast, obj: {"task_title": "Send the samples"},
    "customers:visit_log_new": lambda cast, obj: {
        "task_title": "Send the samples",
        "unplanned_reason": "Was near",
    },
    "performance:monthclose_create": lambda cast, obj: {"month": "2026-01"},
}
# Doors that refuse a form filled in like this, each for its own good reason; they are walked all the same.
REFUSED = {
    "approvals:approvalrequest_decide": "only who is asked decides; raced in test_approvals_races",
    "accounts:team_close": "people still belong to the team",
    "accounts:password_change": "the old password is not the one",
    "performance:target_breakdown": "a month is not broken down",
    "receivables:receipt_allocate": "no amount is given",
    "receivables:creditnote_allocate": "no amount is given",
    "exchange:importbatch_create": "no file is sent",
    "customers:contact_reveal": "answers with the page itself",
}


def stock(cast: Any) -> None:
    """A customer with an open item, and a product."""
    customer = make_customer(cast.alice, name="Walker Trading")
    make_product("WALK-1", name="Walking shoes")
    make_receivable(customer)


def form_of(client: Any, row: Any, cast: Any, obj: Any, address: str) -> tuple[Any, dict[str, Any], str]:
    """The form of a door, filled in, and its one-time key; ``None`` where the page has no form."""
    page = client.get(address)
    context = page.context or {}
    form = context.get("form")
    data = filled(form) if form is not None else {}
    if row.url in WORDS:
        data |= WORDS[row.url](cast, obj)
    if version := context.get("version"):
        data["form_version"] = version
    return form, data, str(context.get("form_key") or "")
