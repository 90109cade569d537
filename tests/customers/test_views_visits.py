"""Visit pages: planned on a desk, logged on a phone, read in a calendar."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Visit
from tests.factories.customers import make_contact, make_customer, make_visit


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def now_text(**back):
    return (timezone.localtime() - timedelta(minutes=1, **back)).strftime("%Y-%m-%dT%H:%M")


def test_from_the_workbench_to_the_record_in_two_taps_and_the_text(cast, as_):
    customer = make_customer(cast.alice)
    visit = make_visit(customer, on=timezone.localdate(), done=False, purpose="Samples")
    client = as_(cast.alice)
    bench = client.get("/").content.decode()
    url = reverse("customers:visit_log", args=[visit.pk])
    assert url in bench
    form = client.get(url).context["form"]
    data = {"kind": form["kind"].value(), "visited_at": now_text(), "result": "Liked them"}
    assert client.post(url, data).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.result) == ("done", "Liked them")


def test_an_unplanned_contact_is_logged_once_and_plans_the_next(cast, as_):
    customer = make_customer(cast.alice)
    contact = make_contact(customer)
    url = reverse("customers:visit_log_new") + f"?customer={customer.pk}"
    next_day = timezone.localdate() + timedelta(days=7)
    data = {
        "kind": "call", "result": "Wants a quotation", "next_step": "Quote", "next_date": next_day.isoformat(),
        "plan_next": "on", "contacts": [contact.pk], "visited_at": now_text(), "form_key": str(uuid.uuid4()),
    }  # fmt: skip
    client = as_(cast.alice)
    for _twice in range(2):
        assert client.post(url, data)["Location"] == customer.get_absolute_url()
    done, planned = Visit.objects.order_by("pk")
    assert list(done.contacts.all()) == [contact]
    assert (planned.state, planned.planned_date, planned.follows) == ("planned", next_day, done)


def test_what_the_handbook_refuses_stands_beside_the_field(cast, as_):
    customer = make_customer(cast.alice)
    url = reverse("customers:visit_log_new") + f"?customer={customer.pk}"
    late = {"kind": "visit", "result": "x", "visited_at": now_text(days=30)}
    answer = as_(cast.alice).post(url, late)
    assert "visited_at" in answer.context["form"].errors
    assert not Visit.objects.exists()


def test_a_customer_of_another_team_is_not_there(cast, as_):
    foreign = make_customer(cast.carol)
    client = as_(cast.alice)
    for name in ("visit_create", "visit_log_new"):
        assert client.get(reverse(f"customers:{name}"), {"customer": foreign.pk}).status_code == 404
        assert client.get(reverse(f"customers:{name}"), {"customer": "x1"}).status_code == 404
    data = {"customer": foreign.pk, "kind": "visit", "planned_date": timezone.localdate().isoformat()}
    answer = client.post(reverse("customers:visit_create"), data)
    assert "customer" in answer.context["form"].errors
    assert not Visit.objects.exists()


def test_a_contact_of_another_customer_cannot_be_ticked(cast, as_):
    customer = make_customer(cast.alice)
    make_contact(customer)
    stranger = make_contact(make_customer(cast.alice))
    url = reverse("customers:visit_create") + f"?customer={customer.pk}"
    data = {"kind": "visit", "planned_date": timezone.localdate().isoformat(), "contacts": [stranger.pk]}
    assert "contacts" in as_(cast.alice).post(url, data).context["form"].errors


def test_an_assistant_plans_for_the_rep(cast, as_):
    customer = make_customer(cast.alice)
    url = reverse("customers:visit_create") + f"?customer={customer.pk}"
    form = as_(cast.asha).get(url).context["form"]
    assert form.initial["owner"] == cast.alice.pk
    assert cast.carol not in form.fields["owner"].queryset
    data = {"kind": "visit", "planned_date": timezone.localdate().isoformat(), "owner": cast.alice.pk}
    assert as_(cast.asha).post(url, data).status_code == 302
    assert Visit.objects.get().owner == cast.alice


def test_visits_move_and_are_called_off(cast, as_):
    visit = make_visit(make_customer(cast.alice), on=timezone.localdate(), done=False)
    client = as_(cast.alice)
    later = timezone.localdate() + timedelta(days=2)
    client.post(reverse("customers:visit_replan", args=[visit.pk]), {"planned_date": later.isoformat()})
    visit.refresh_from_db()
    assert visit.planned_date == later
    client.post(reverse("customers:visit_cancel", args=[visit.pk]), {"reason": "Holiday"})
    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == ("cancelled", "Holiday")
    assert client.post(reverse("customers:visit_log", args=[visit.pk]), {}).status_code in (200, 409)


def test_the_calendar_begins_on_monday_and_shows_own_visits(cast, as_):
    make_visit(make_customer(cast.alice, name="Mine Ltd"), on=date(2026, 3, 3))
    make_visit(make_customer(cast.carol, name="Canary Ltd"), on=date(2026, 3, 3))
    answer = as_(cast.alice).get(reverse("customers:visit_calendar"), {"period": "2026-03"})
    weeks = answer.context["weeks"]
    assert weeks[0][0].date == date(2026, 2, 23)
    assert all(len(week) == 7 and week[0].date.weekday() == 0 for week in weeks)
    text = answer.content.decode()
    assert "Mine Ltd" in text and "Canary" not in text
    text = as_(cast.mona).get(reverse("customers:visit_calendar"), {"period": "2026-03"}).content.decode()
    assert "Mine Ltd" in text and "Canary Ltd" in text
    narrowed = {"period": "2026-03", "team": cast.group_b.pk}
    text = as_(cast.mona).get(reverse("customers:visit_calendar"), narrowed).content.decode()
    assert "Mine Ltd" not in text and "Canary Ltd" in text


@pytest.mark.parametrize("period", ["x", "9999-12", "0001-01", "2026-Q9", "2026"])
def test_a_strange_period_is_no_error(cast, as_, period):
    for name in ("visit_calendar", "visit_plan_and_done"):
        answer = as_(cast.alice).get(reverse(f"customers:{name}"), {"period": period, "owner": "9" * 30})
        assert answer.status_code == 200


def test_every_figure_of_plan_and_done_opens_its_rows(cast, as_):
    customer = make_customer(cast.alice)
    make_visit(customer, on=date(2026, 3, 3), planned_date=date(2026, 3, 2))
    make_visit(customer, on=date(2026, 3, 9))
    make_visit(customer, on=date(2026, 3, 20), done=False)
    make_visit(customer, on=date(2026, 3, 21), done=False, state="cancelled", cancel_reason="ill")
    make_visit(make_customer(cast.carol), on=date(2026, 3, 5), planned_date=date(2026, 3, 5))
    client = as_(cast.mona)
    answer = client.get(reverse("customers:visit_plan_and_done"), {"period": "2026-03"})
    lines = [*answer.context["lines"], answer.context["total"]]
    assert [(str(line.label), line.figures.planned, line.figures.kept) for line, _urls in lines] == [
        ("Alice", 2, 1),
        ("Carol", 1, 1),
        ("Total", 3, 2),
    ]
    for line, urls in lines:
        for name, url in urls.items():
            assert client.get(url).context["measure"].count == getattr(line.figures, name), (line.label, name)


@pytest.mark.parametrize("by", ["owner", "team"])
def test_figures_of_leavers_of_heads_and_of_people_without_a_team_open_their_rows(cast, as_, by):
    make_visit(make_customer(cast.alice), on=date(2026, 3, 3), planned_date=date(2026, 3, 2))
    make_visit(make_customer(cast.alice), cast.mona, on=date(2026, 3, 4), kind="tour")
    make_visit(make_customer(cast.alice), cast.leo, on=date(2026, 3, 5))
    alone = make_visit(make_customer(cast.alice), on=date(2026, 3, 6))
    Visit.objects.filter(pk=alone.pk).update(team=None)
    cast.leo.is_active = False
    cast.leo.left_date = date(2026, 3, 31)
    cast.leo.save()
    client = as_(cast.mona)
    answer = client.get(reverse("customers:visit_plan_and_done"), {"period": "2026-03", "by": by})
    assert sum(line.figures.done for line, _urls in answer.context["lines"]) == 4
    for line, urls in [*answer.context["lines"], answer.context["total"]]:
        for name, url in urls.items():
            assert client.get(url).context["measure"].count == getattr(line.figures, name), (line.label, name)


def test_a_visit_page_leads_on(cast, as_):
    customer = make_customer(cast.alice)
    visit = make_visit(customer, on=timezone.localdate() - timedelta(days=1), done=False)
    text = as_(cast.alice).get(visit.get_absolute_url()).content.decode()
    assert reverse("customers:visit_log", args=[visit.pk]) in text
    text = as_(cast.dora).get(visit.get_absolute_url()).content.decode()
    assert not re.search(rf"/visits/{visit.pk}/(log|edit|cancel|replan)/", text)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_pages_speak_chinese(cast, language):
    client = Client(headers={"accept-language": language})
    client.force_login(cast.alice)
    make_visit(make_customer(cast.alice), on=timezone.localdate(), done=False)
    word = {"zh-hans": "拜访日历", "zh-hant": "拜訪行事曆"}[language]
    assert word in client.get(reverse("customers:visit_calendar")).content.decode()


def test_people_named_with_a_visit_to_a_chosen_customer_are_kept_or_refused(cast, as_):
    customer, other = make_customer(cast.alice), make_customer(cast.alice, name="Another House")
    contact, stranger = make_contact(customer), make_contact(other, name="Stranger")
    url, client = reverse("customers:visit_create"), as_(cast.alice)
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    data = {"customer": customer.pk, "planned_date": day, "kind": "visit"}
    refused = client.post(url, data | {"contacts": [stranger.pk]})
    assert refused.status_code != 302 and not Visit.objects.exists()
    assert client.post(url, data | {"contacts": [contact.pk]}).status_code == 302
    assert list(Visit.objects.get().contacts.all()) == [contact]
