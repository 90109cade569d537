"""Two files of one company become one, and apart again (features §1 7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import AddressKind, BlockScope, LifeCycle
from customers.errors import MergeRefused
from customers.merging import merge_rules, model_of, moves, stays
from customers.models import Address, Contact, Customer, CustomerMerge, CustomerOwnership, CustomerPlace
from customers.permissions import CustomerPolicy
from customers.services.claims import end_claims
from customers.services.groups import settle_links
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import NotAllowed
from salesops.core.locking import lock_row, lock_rows
from salesops.core.policies import can

MEMBERS = "customers.Customer.parent"


@transaction.atomic
def merge_customers(
    *, actor: User | None, at: datetime, keep: Customer, merged: Customer, reason: str
) -> CustomerMerge:
    """``merged`` becomes another name of ``keep``: contacts, addresses, visits move, documents stay and are summed.

    The actor needs the right on both files. Raises ``NotAllowed``, ``MergeRefused`` (one file, different currency
    or tax number, already merged).
    """
    rows = lock_rows(Customer.objects.select_related("owner"), [keep.pk, merged.pk], whole=True)
    for row in rows.values():
        if actor is not None and not CustomerPolicy.assignment.allows(actor, "edit", row):
            raise NotAllowed(
                _("Two files are merged by somebody who may hand both over."),
                way_out=_("Ask the manager of both teams."),
                release=ask_above(
                    actor,
                    _("Please merge two files: %(one)s, %(other)s") % {"one": keep, "other": merged},
                    keep,
                ),
            )
    kept, gone = rows[keep.pk], rows.get(merged.pk)
    if gone is None or kept.pk == gone.pk:
        raise MergeRefused(_("Choose another customer file."), field="merged")
    _fit(kept, gone)
    moved = _move(kept, gone)
    settle_links(moved.get(MEMBERS, []), on=timezone.localdate(at))
    merge = CustomerMerge.objects.create(
        kept=kept, merged=gone, reason=reason.strip()[:200], merged_at=at, merged_by=actor, moved=moved
    )
    _give_up(gone, kept, merge, at=at)
    kept.has_merged = True
    _bump(kept, "has_merged")
    count = sum(len(keys) for keys in moved.values() if isinstance(keys, list))
    end_claims(gone, kept, actor=actor, at=at)
    data = {"merged": f"{gone.code} {gone.name}", "kept": f"{kept.code} {kept.name}", "rows": count,
            "reason": merge.reason}  # fmt: skip
    record("customers.files_merged", kept, gone, actor=actor, at=at, data=data)
    return merge


def _fit(kept: Customer, gone: Customer) -> None:
    if kept.merged_into_id or gone.merged_into_id or gone.has_merged:
        raise MergeRefused(
            _("One of these files has been merged already."),
            way_out=_("Merge into the file that was kept; what was merged into %(name)s is separated first.")
            % {"name": gone},
        )
    if kept.currency_id != gone.currency_id:
        raise MergeRefused(
            _("One file is kept in %(one)s, the other in %(two)s; their balances cannot be one.")
            % {"one": kept.currency_id, "two": gone.currency_id}
        )
    if kept.tax_number and gone.tax_number and kept.tax_number != gone.tax_number:
        raise MergeRefused(
            _("The files have different tax numbers: these are two companies."),
            way_out=_("Put one of them under the other as its group instead."),
        )
    if kept.parent_id == gone.pk or gone.parent_id == kept.pk:
        raise MergeRefused(_("One file is the group of the other; take that away first."))
    if _more_refused(gone, kept):
        raise MergeRefused(
            _("%(name)s is blocked (%(reason)s); under the other name the block would be gone.")
            % {"name": gone, "reason": gone.blocked_reason},
            way_out=_("Block the file that is kept in the same way, or have the block lifted, then merge."),
        )


def _more_refused(gone: Customer, kept: Customer) -> bool:
    """Does the block of the one file forbid what the other still allows?"""
    if gone.lifecycle == LifeCycle.BLACKLISTED and kept.lifecycle != LifeCycle.BLACKLISTED:
        return True
    return bool(gone.blocked_scope) and kept.blocked_scope not in (gone.blocked_scope, BlockScope.BOTH)


def _move(kept: Customer, gone: Customer) -> dict[str, Any]:
    """Re-point every key that an app lets move; answers the keys per field, to undo it."""
    moved: dict[str, Any] = {}
    for key, rule in merge_rules.items():
        if not rule.moves:
            continue
        model, field = model_of(key)
        rows = model._base_manager.filter(**{field: gone.pk})
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        if not keys:
            continue
        if rule.before is not None:
            moved[f"{key}:memo"] = rule.before(keys, kept)
        model._base_manager.filter(pk__in=keys).update(**{field: kept.pk})
        moved[key] = keys
    return moved


def _give_up(gone: Customer, kept: Customer, merge: CustomerMerge, *, at: datetime) -> None:
    """The merged file keeps its history of owners up to yesterday, and from now on belongs to nobody."""
    today = timezone.localdate(at)
    held = CustomerOwnership.objects.filter(customer=gone)
    running = held.in_force(today).filter(from_date__lt=today)
    begun = held.filter(
        from_date__gte=today
    )  # of today, or a move written down ahead: nothing of it takes place
    merge.moved["owner"] = gone.owner_id
    merge.moved["team"] = gone.team_id
    merge.moved["ended"] = [
        [pk, to_date.isoformat() if to_date else None]
        for pk, to_date in running.order_by("pk").values_list("pk", "to_date")
    ]
    merge.moved["taken_out"] = [
        {name: str(row[name]) if row[name] is not None else None for name in OWNED}
        for row in begun.order_by("pk").values(*OWNED)
    ]
    begun.delete()
    running.update(to_date=today - timedelta(days=1))
    merge.save(update_fields=["moved"])
    gone.merged_into = kept
    gone.owner, gone.team = kept.owner, kept.team
    _bump(gone, "merged_into", "owner", "team")


OWNED = ("owner_id", "team_id", "share", "from_date", "to_date", "reason")


def _bump(customer: Customer, *names: str) -> None:
    customer.version += 1
    customer.save(update_fields=[*names, "version", "updated_at"])


@transaction.atomic
def undo_merge(*, actor: User | None, at: datetime, merge: CustomerMerge) -> CustomerMerge:
    """Take a merging back: what moved then and is still with the kept file goes back; new rows stay there."""
    rows = lock_rows(Customer.objects.all(), [merge.kept_id, merge.merged_id], whole=True)
    kept, gone = rows[merge.kept_id], rows[merge.merged_id]
    row = lock_row(CustomerMerge.objects, merge.pk)
    if actor is not None and not can(actor, "merge", kept):
        raise NotAllowed(_("Only who may merge files separates them."))
    if row.undone_at is not None:
        raise MergeRefused(_("These files have been separated already."))
    for key, rule in merge_rules.items():
        keys = row.moved.get(key)
        if not keys:
            continue
        model, field = model_of(key)
        model._base_manager.filter(pk__in=keys, **{field: kept.pk}).update(**{field: gone.pk})
        if rule.after is not None:
            rule.after(row.moved.get(f"{key}:memo"))
    settle_links(row.moved.get(MEMBERS, []), on=timezone.localdate(at))
    for pk, to_date in row.moved.get("ended", []):
        CustomerOwnership.objects.filter(pk=pk).update(to_date=to_date)
    for values in row.moved.get("taken_out", []):
        CustomerOwnership.objects.create(customer=gone, **values)
    gone.merged_into = None
    gone.owner_id, gone.team_id = row.moved.get("owner"), row.moved.get("team")
    _bump(gone, "merged_into", "owner", "team")
    row.undone_at, row.undone_by = at, actor
    row.save(update_fields=["undone_at", "undone_by"])
    kept.has_merged = Customer.objects.filter(merged_into=kept).exists()
    _bump(kept, "has_merged")
    data = {"merged": f"{gone.code} {gone.name}", "kept": f"{kept.code} {kept.name}"}
    record("customers.files_separated", kept, gone, actor=actor, at=at, data=data)
    return row


def _one_main_contact(keys: list[int], kept: Customer) -> list[int]:
    """The kept file has one main contact already: the one that comes along steps back."""
    if not kept.contacts.filter(is_primary=True).exists():
        return []
    mains = list(Contact.objects.filter(pk__in=keys, is_primary=True).values_list("pk", flat=True))
    Contact.objects.filter(pk__in=mains).update(is_primary=False)
    return mains


def _main_contacts_back(keys: Any) -> None:
    Contact.objects.filter(pk__in=keys or []).update(is_primary=True)


def _usual_addresses(keys: list[int], kept: Customer) -> list[int]:
    """Each kind has one usual address: that of the kept file stays it."""
    taken = kept.addresses.filter(is_default=True).values("kind")
    usual = Address.objects.filter(pk__in=keys, is_default=True, kind__in=taken)
    stepping_back = list(usual.values_list("pk", flat=True))
    Address.objects.filter(pk__in=stepping_back).update(is_default=False)
    return stepping_back


def _usual_addresses_back(keys: Any) -> None:
    Address.objects.filter(pk__in=keys or []).update(is_default=True)


def _main_place(keys: list[int], kept: Customer) -> list[list[int]]:
    """A file has one main place: that of the file that comes along goes to an address of its own."""
    if not kept.places.filter(address=None).exists():
        return []
    made = []
    for place in CustomerPlace.objects.filter(pk__in=keys, address=None).select_related("customer"):
        text = place.customer.address or place.customer.name
        address = Address.objects.create(customer=kept, kind=AddressKind.OFFICE, text=text)
        CustomerPlace.objects.filter(pk=place.pk).update(address=address)
        made.append([place.pk, address.pk])
    return made


def _main_place_back(made: Any) -> None:
    for place, address in made or []:
        CustomerPlace.objects.filter(pk=place).update(address=None)
        Address.objects.filter(pk=address).delete()


def register_rules() -> None:
    """What becomes of the rows of this app; every app above says it for its own."""
    moves(
        "customers.Contact.customer",
        "people of one company stand in one file",
        before=_one_main_contact,
        after=_main_contacts_back,
    )
    moves(
        "customers.Address.customer",
        "addresses of one company stand in one file",
        before=_usual_addresses,
        after=_usual_addresses_back,
    )
    moves(
        "customers.CustomerPlace.customer",
        "a place goes with its address; the main address of the other file becomes one more address",
        before=_main_place,
        after=_main_place_back,
    )
    stays(
        "customers.TaxProfile.customer", "a title is used on documents of its file; offered with the kept one"
    )
    moves("customers.Visit.customer", "one timeline of contacts; a visit keeps who made it")
    stays("customers.LastContact.customer", "follows the visits by itself")
    moves("customers.Opportunity.customer", "deals go on with the kept file; their stages and owners stay")
    moves("customers.Lead.customer", "a lead became this customer")
    moves("customers.Lead.referrer", "who referred a lead is the kept file")
    moves("customers.Observation.customer", "what was seen there is shown with the kept file")
    moves("customers.ProductDemand.customer", "the answer goes to the kept file")
    stays("customers.CampaignGuest.customer", "who was invited is history of the campaign")
    stays("customers.CampaignFeedback.customer", "what was said of a campaign is its history")
    stays(
        "customers.VisitPlanLine.customer",
        "a plan names the file it was written for; the visits made of it move",
    )
    moves(MEMBERS, "subsidiaries go over to the kept file")
    stays("customers.CustomerGrading.customer", "a grade was computed for one file")
    stays("customers.GroupLink.customer", "who belonged to which group when is history")
    stays("customers.GroupLink.parent", "as above; from the merging on the members belong to the kept file")
    stays("customers.Customer.merged_into", "the way from the merged file to the kept one itself")
    stays("customers.CustomerOwnership.customer", "who had which file when is history")
    stays("customers.PoolMove.customer", "what went in and out of the pool is history of its own file")
    stays("customers.Collaborator.customer", "an invitation was to one file")
    stays(
        "customers.OwnershipClaim.customer",
        "a claim was decided about one file; an open one ends with the merging",
    )
    stays("customers.CustomerMerge.kept", "the record of the merging")
    stays("customers.CustomerMerge.merged", "the record of the merging")
