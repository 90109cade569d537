"""Invoice titles on the customer page, and in the search."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.masking import mask_email, mask_phone
from customers.models import Customer, TaxProfile
from customers.selectors import family_of
from salesops.approvals.models import ApprovalRequest
from salesops.audit import verbs
from salesops.audit.masking import masked_fields, unmask_args
from salesops.core.masking import mask_account
from salesops.core.policies import can
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.registries import Panel, panels


def titles_of(request: Any, customer: Customer) -> dict[str, Any]:
    """In whose name this customer is invoiced; without any title the file itself."""
    today = timezone.localdate()
    rows = list(
        TaxProfile.objects.filter(customer__in=family_of(customer)).order_by("-is_default", "title", "pk")
    )
    unmask = can(request.user, "unmask", customer)
    waiting: set[int] = set()
    if rows:
        kind = ContentType.objects.get_for_model(TaxProfile)
        asked = ApprovalRequest.objects.filter(
            subject_type=kind, subject_id__in=[row.pk for row in rows], state="pending"
        )
        waiting = set(asked.values_list("subject_id", flat=True))
    return {
        "rows": [
            {
                "row": row,
                "account": mask_account(row.bank_account),
                "phone": mask_phone(row.phone),
                "over": row.to_date is not None and row.to_date < today,
                "early": row.from_date > today,
                "waits": row.pk in waiting,
                "unmask": unmask_args(row, "bank_account") if unmask and row.bank_account else None,
            }
            for row in rows
        ],
        "edit": can(request.user, "edit", customer),
        "customer": customer,
    }


def title_line(profile: TaxProfile, _user: Any) -> str:
    return " · ".join(part for part in (profile.tax_number, str(profile.customer)) if part)


def register() -> None:
    """Called when the app is ready."""
    panels.register(
        "customers.titles",
        Panel(Customer, _("Invoice titles"), "customers/panel_titles.html", titles_of, order=60, later=True),
    )
    masked_fields.register(TaxProfile, "bank_account", mask_account)
    masked_fields.register(TaxProfile, "phone", mask_phone)
    masked_fields.register(TaxProfile, "email", mask_email)
    register_kinds(
        SearchKind(
            TaxProfile,
            _("Invoice titles"),
            numbers=("tax_number",),
            names=("title",),
            line=title_line,
            related=("customer",),
            order=25,
            icon="file-text",
        )
    )
    verbs.register(
        {
            "customers.tax_profile_added": _("%(actor)s added the invoice title %(title)s"),
            "customers.tax_profile_changed": _("%(actor)s changed the invoice title %(title)s"),
            "customers.tax_profile_ended": _("%(actor)s ended the invoice title %(title)s with %(date)s"),
            "customers.tax_profile_accepted": _(
                "%(actor)s accepted the invoice title %(title)s as %(proposed_by)s had entered it"
            ),
        }
    )
