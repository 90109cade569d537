"""The audit's pages and the log of reads (DAT-09, CON-07, P1)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from salesops.accounts.models import Team, User
from salesops.accounts.services import people, teams
from salesops.audit import verbs
from salesops.audit.masking import masked_fields, shown, unmask_args
from salesops.audit.models import AccessLog, AuditEvent, RowChange
from salesops.audit.services import record
from salesops.core.events import publish
from salesops.core.masking import mask_phone
from salesops.ui.events import ListExported, Searched, SensitiveViewed

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_an_act_on_a_page_knows_who_when_and_from_where_in_event_and_row(client, cast):
    client.force_login(cast.hugo)
    answer = client.post(
        reverse("accounts:team_edit", args=[cast.group_a.pk]),
        {"code": "A", "name": "Group North", "kind": "group", "head": cast.bob.pk},
        REMOTE_ADDR="10.2.3.4",
    )
    event = AuditEvent.objects.get(verb="accounts.team_changed")
    change = RowChange.objects.filter(table_name="accounts_team").order_by("-pk").first()
    assert (event.actor, event.address, event.request_id) == (cast.hugo, "10.2.3.4", answer["X-Request-ID"])
    assert (change.actor, change.new, change.request_id) == (
        cast.hugo,
        {"name": "Group North"},
        answer["X-Request-ID"],
    )
    Team.objects.filter(pk=cast.group_b.pk).update(name="by hand")
    assert RowChange.objects.order_by("-pk").first().actor is None, "the name does not stay on the session"


def test_the_log_pages_show_sentences_filters_and_export(client, cast):
    teams.edit_team(actor=cast.hugo, at=NOW, team=cast.group_a, name="North", kind="group")
    client.force_login(cast.aida)
    page = client.get(reverse("audit:auditevent_list"), {"app": "accounts", "q": "North"})
    assert "Hugo changed the unit North" in page.content.decode()
    assert AccessLog.objects.filter(kind="search", actor=cast.aida, data__query="North").exists()
    answer = client.get(
        reverse("audit:auditevent_list"), {"format": "csv", "purpose": "yearly audit"}, REMOTE_ADDR="10.2.3.4"
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Hugo changed the unit North" in text
    entry = AccessLog.objects.get(kind="export")
    assert (entry.actor, entry.purpose, entry.address) == (cast.aida, "yearly audit", "10.2.3.4")
    assert entry.data["rows"] == AuditEvent.objects.count()
    page = client.get(reverse("audit:accesslog_list")).content.decode()
    assert "yearly audit" in page
    for name in ("audit:rowchange_list", "audit:integrity"):
        assert client.get(reverse(name)).status_code == 200


def test_the_page_of_an_act_shows_subjects_and_the_rows_it_changed(client, cast):
    teams.edit_team(actor=cast.hugo, at=NOW, team=cast.group_a, name="North", kind="group")
    event = AuditEvent.objects.get(verb="accounts.team_changed")
    client.force_login(cast.aida)
    page = client.get(reverse("audit:auditevent_detail", args=[event.pk])).content.decode()
    assert "Group A" in page
    assert "North" in page
    assert reverse("accounts:team_detail", args=[cast.group_a.pk]) in page


def test_row_history_leads_back_to_the_values_at_creation_without_the_password(client, cast):
    people.edit_person(actor=cast.hugo, at=NOW, person=cast.alice, phone="555", name="Alice Second")
    client.force_login(cast.root)
    page = client.get(reverse("audit:row_history", args=["accounts", "user", cast.alice.pk])).content.decode()
    assert "Alice Second" in page
    assert "pbkdf2" not in page
    assert "md5$" not in page


def test_a_timeline_pages_to_older_acts(client, cast):
    for n in range(40):
        record("accounts.team_changed", cast.group_a, actor=cast.hugo, at=NOW, data={"team": f"Name{n:02}"})
    client.force_login(cast.alice)
    page = client.get(reverse("accounts:team_detail", args=[cast.group_a.pk])).content.decode()
    assert "Name39" in page
    assert "Name09" not in page
    older = reverse("audit:timeline", args=["accounts", "team", cast.group_a.pk])
    assert older in page
    before = AuditEvent.objects.get(data__team="Name10").pk
    for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
        part = client.get(older, {"before": before}, **headers).content.decode()
        assert "Name09" in part
        assert "Name11" not in part
    assert client.get(older, {"before": "1' OR"}).status_code == 200


def test_a_masked_field_is_shown_in_full_only_with_a_purpose_and_leaves_a_trace(client, cast, monkeypatch):
    monkeypatch.setattr(masked_fields, "_fields", dict(masked_fields._fields))
    masked_fields.register(User, "phone", mask_phone)
    User.objects.filter(pk=cast.alice.pk).update(phone="13812345678")
    cast.alice.refresh_from_db()
    assert shown(cast.alice, "phone") == "138****5678"
    url = reverse("audit:unmask", args=unmask_args(cast.alice, "phone"))
    client.force_login(cast.bob)
    assert client.post(url, {"purpose": "curiosity"}).status_code == 403
    client.force_login(cast.hugo)
    for answer in (client.get(url), client.post(url, {"purpose": ""}), client.post(url, {"purpose": "x"})):
        assert "13812345678" not in answer.content.decode()
    assert not AccessLog.objects.filter(kind="unmask").exists()
    answer = client.post(url, {"purpose": "call about the accident"})
    assert "13812345678" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    entry = AccessLog.objects.get(kind="unmask")
    assert (entry.actor, entry.object_id, entry.data, entry.purpose) == (
        cast.hugo,
        cast.alice.pk,
        {"field": "phone"},
        "call about the accident",
    )
    for field in ("password", "email"):
        assert client.get(reverse("audit:unmask", args=unmask_args(cast.alice, field))).status_code == 404


def test_published_reads_are_logged(cast):
    publish(ListExported(cast.mona, Team, {"q": ["x"]}, 7, "csv", "report", NOW))
    publish(SensitiveViewed(cast.mona, cast.alice, ("phone",), "call", NOW))
    publish(Searched(cast.mona, None, "acme", NOW))
    export, view, search = AccessLog.objects.order_by("pk")
    assert (export.kind, export.data["rows"], export.purpose) == ("export", 7, "report")
    assert (view.kind, view.object_id, view.data["fields"]) == ("view", cast.alice.pk, ["phone"])
    assert (search.kind, search.data["query"], search.content_type) == ("search", "acme", None)


def test_who_reaches_only_own_rows_leaves_no_trace_by_searching_them(cast):
    from customers.models import Customer

    publish(Searched(cast.alice, Customer, "acme", NOW))
    assert not AccessLog.objects.exists()
    publish(Searched(cast.bob, Customer, "acme", NOW))
    assert AccessLog.objects.filter(actor=cast.bob, kind="search").exists()


def test_the_check_of_the_chain_runs_on_request(client, cast):
    client.force_login(cast.aida)
    url = reverse("audit:integrity")
    assert "nothing was changed" not in client.get(url).content.decode()
    assert "nothing was changed" in client.post(url).content.decode()


def test_moments_in_the_history_are_local_and_in_the_language_of_the_reader():
    stored = "2026-03-01T17:05:09.123456+00:00"
    assert verbs.shown(stored) == "2026-03-02 01:05"
    assert verbs.shown("2026-03-01") == "2026-03-01" and verbs.shown("12:05") == "12:05"
