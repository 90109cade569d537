"""Visits on a phone: three taps and the text, where one is, and a record written without network, sent once."""

from decimal import Decimal

import pytest
from django.utils import timezone

from customers.models import Visit, VisitCheckIn
from customers.services.checkins import set_place
from tests.e2e.test_journeys import wait_until
from tests.factories.accounts import make_cast
from tests.factories.customers import make_customer, make_visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return make_cast()


@pytest.fixture
def planned(cast):
    customer = make_customer(cast.alice, name="海川商贸有限公司", short_name="海川商贸")
    where = {"latitude": Decimal("31.2304"), "longitude": Decimal("121.4737")}
    set_place(actor=cast.alice, at=timezone.now(), customer=customer, **where)
    return make_visit(customer, on=timezone.localdate(), done=False, purpose="Samples")


def test_from_the_workbench_two_taps_and_the_text_and_one_more_for_where_one_is(visitor, planned):
    rep = visitor(phone=True)
    rep.context.grant_permissions(["geolocation"])
    rep.context.set_geolocation({"latitude": 31.2310, "longitude": 121.4737, "accuracy": 15})
    rep.sign_in("alice")
    page = rep.page
    taps = 0

    def tap(locator):
        nonlocal taps
        locator.click()
        taps += 1

    tap(page.locator(".due-list li", has_text="海川商贸").get_by_role("link", name="Log"))
    page.fill("[name=result]", "Orders next month")
    tap(page.locator("[name=arrived]"))
    page.wait_for_function("() => document.querySelector('[name=latitude]').value")
    assert rep.axe() == [] and rep.no_sideways_scroll()
    tap(page.locator("main form button[type=submit]").last)
    page.wait_for_url(lambda url: "/log/" not in url)
    planned.refresh_from_db()
    assert (planned.state, planned.result, taps) == ("done", "Orders next month", 3)
    made = VisitCheckIn.objects.get()
    assert (made.mark, made.distance_m) == ("near", 67)


def test_a_visit_written_without_network_is_kept_and_sent_once(visitor, planned):
    rep = visitor(phone=True)
    rep.sign_in("alice")
    page = rep.page
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('visits-aside:'))")
    rep.goto("/customers/visits/")
    rep.context.set_offline(True)
    page.goto("/")  # any page: the one that was put aside answers
    page.select_option("[name=whom]", f"v:{planned.pk}")
    page.fill("[name=result]", "In the cellar, without network")
    page.locator("main form button[type=submit]").last.click()
    page.locator("#kept-visits li", has_text="In the cellar").wait_for()
    page.reload()
    page.locator("#kept-visits li", has_text="In the cellar").wait_for()
    assert not Visit.objects.filter(state="done").exists()
    rep.context.set_offline(False)
    wait_until(lambda: Visit.objects.filter(state="done").exists())
    page.locator("#kept-visits li").wait_for(state="detached")
    planned.refresh_from_db()
    assert planned.result == "In the cellar, without network" and planned.client_key
    rep.goto("/")
    assert Visit.objects.count() == 1
    rep.complaints[:] = [line for line in rep.complaints if "ERR_INTERNET_DISCONNECTED" not in line]
