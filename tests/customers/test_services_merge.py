"""Two files of one company become one: both histories stay, money stays where it was booked, and it can be undone."""

from datetime import date, datetime

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from customers.errors import MergeRefused
from customers.merging import merge_rules
from customers.models import Contact, Customer, CustomerMerge, CustomerOwnership, Visit
from customers.selectors import duplicate_hits, family_of
from customers.services import assign_owner, merge_customers, undo_merge
from receivables.panels import of_customer as money_of
from salesops.core.errors import NotAllowed
from tests.attacks.world import make_prey
from tests.factories.customers import make_contact, make_customer, make_visit
from tests.salesops.exchange_files import good, table

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = timezone.localdate(AT)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def merge(cast, keep, merged, actor=None):
    return merge_customers(actor=actor or cast.mona, at=AT, keep=keep, merged=merged, reason="One company")


def test_every_key_to_a_customer_says_what_merging_does_to_it():
    keys = {
        f"{model._meta.label}.{field.name}": any(
            field.name in getattr(c, "fields", ()) for c in model._meta.constraints
        )
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is Customer and not model._meta.proxy
    }
    assert set(keys) - {key for key, _rule in merge_rules.items()} == set(), "say it with moves() or stays()"
    assert {key for key, _rule in merge_rules.items()} - set(keys) == set(), "no such key any more"
    unique = {key for key, alone in keys.items() if alone and merge_rules[key].moves}
    assert all(merge_rules[key].before for key in unique), (
        "what moves into a unique place must be made to fit"
    )


def test_histories_come_together_money_stays_and_all_of_it_goes_back(cast, rf):
    keep = make_customer(cast.alice, name="North Trading Ltd.")
    old = make_customer(cast.carol, name="North Trade Ltd.")
    main = make_contact(keep, is_primary=True)
    theirs = make_contact(old, is_primary=True)
    visit, plan = make_visit(old), make_visit(old, on=date(2026, 6, 1), done=False)
    sub = make_customer(cast.alice, parent=old)
    prey = make_prey(cast.carol, "Oldname")
    Customer.objects.filter(pk=prey.customer.pk).update(currency=keep.currency, tax_number="")
    booked = fresh(prey.customer)
    before = list(Visit.objects.filter(customer=booked).order_by("pk"))
    done = merge(cast, keep, old)
    assert {visit, plan} <= set(fresh(keep).visits.all()) and fresh(visit).owner == cast.carol
    assert set(keep.contacts.all()) == {main, theirs} and not fresh(theirs).is_primary
    assert fresh(sub).parent == keep
    second = merge(cast, fresh(keep), booked)
    family = family_of(fresh(keep))
    assert family == [keep.pk, *sorted([old.pk, booked.pk])]
    assert fresh(prey.receivable).customer == booked, "posted money never moves"
    rf.user = cast.mona
    panel = money_of(rf, fresh(keep))
    assert prey.receivable in panel["rows"], "it is shown and summed with the kept file"
    assert not CustomerOwnership.objects.in_force(TODAY).filter(customer=old).exists()
    assert duplicate_hits(user=cast.mona, on=TODAY, name="North Trade Ltd.", exclude=keep.pk) == []
    with pytest.raises(MergeRefused):
        merge(cast, fresh(old), fresh(keep))
    assign_owner(actor=cast.mona, at=AT, customer=fresh(keep), owner=cast.carol, from_date=TODAY)
    assert fresh(booked).owner == cast.carol, "another name follows the file"
    late = make_contact(fresh(keep))
    undo_merge(actor=cast.mona, at=AT, merge=second)
    undo_merge(actor=cast.mona, at=AT, merge=done)
    assert set(old.contacts.all()) == {theirs} and fresh(theirs).is_primary
    assert set(keep.contacts.all()) == {main, late}
    assert set(old.visits.all()) == {visit, plan} and list(booked.visits.order_by("pk")) == before
    assert fresh(sub).parent == old and fresh(old).owner == cast.carol
    assert CustomerOwnership.objects.in_force(TODAY).get(customer=old).owner == cast.carol
    assert not fresh(keep).has_merged and family_of(fresh(keep)) == [keep.pk]
    with pytest.raises(MergeRefused):
        undo_merge(actor=cast.mona, at=AT, merge=done)


def test_two_companies_are_not_merged_and_both_files_must_be_ones_own_to_give(cast):
    keep = make_customer(cast.alice, tax_number="91350100M000100Y43")
    with pytest.raises(MergeRefused, match="tax numbers"):
        merge(cast, keep, make_customer(cast.alice, tax_number="9144030071526726XG"))
    with pytest.raises(NotAllowed):
        merge(cast, keep, make_customer(cast.carol), actor=cast.bob)
    with pytest.raises(MergeRefused):
        merge(cast, keep, keep)


def test_the_merged_name_leads_to_the_kept_file(cast, client, tmp_path):
    keep = make_customer(cast.alice, name="North Trading", code="KEEP")
    old = make_customer(cast.alice, name="Canary Trading", code="GONE")
    client.force_login(cast.bob)
    url = reverse("customers:customer_merge", args=[keep.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"merged": old.pk, "reason": "Entered twice"}).status_code == 302
    assert "GONE" not in client.get(reverse("customers:customer_list")).content.decode()
    assert keep.name in client.get(old.get_absolute_url()).content.decode()
    kept_page = client.get(keep.get_absolute_url() + "?rest=1").content.decode()
    assert (
        "Canary Trading" in kept_page
        and reverse("customers:customermerge_undo", args=[CustomerMerge.objects.get().pk]) in kept_page
    )
    answer = good("contacts", table(tmp_path, "people.csv", "customer,name", "GONE,Ann"))
    assert answer["created"] == 1 and Contact.objects.get().customer == keep
