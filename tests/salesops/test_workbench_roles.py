"""What the workbench shows to those who sell nothing: human resources, the audit, the administrator, legal."""

from datetime import timedelta

import pytest
from django.utils import timezone

from salesops.accounts.models import Membership, User
from salesops.audit.models import AccessLog
from salesops.work.models import Task
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db


def workbench(client, person):
    client.force_login(person)
    return client.get("/").content.decode()


def test_human_resources_see_who_has_no_team_and_whose_tasks_are_left(cast, client):
    Membership.objects.filter(user=cast.carol).delete()
    User.objects.filter(pk=cast.alice.pk).update(superior=None)
    Task.objects.create(title="Call back", owner=cast.leo, due_at=timezone.now() + timedelta(days=1))
    page = workbench(client, cast.hugo)
    assert "People without a team" in page and "Carol" in page
    assert "People without a superior" in page and "Alice" in page
    assert "Open tasks of people who have left" in page and "Leo" in page
    assert "People without a team" not in workbench(client, cast.alice)


def test_the_auditor_sees_what_left_the_house_and_what_was_refused(cast, client):
    AccessLog.objects.create(at=timezone.now(), actor=cast.bob, kind="refused", path="/x/")
    page = workbench(client, cast.aida)
    assert "Refused accesses" in page and "Exports" in page and "Seals of the chain" in page
    address = f"/audit/accesses/?kind=refused&at_min={timezone.localdate() - timedelta(days=1)}"
    assert "Refused" in client.get(address).content.decode()


def test_the_administrator_sees_how_the_system_runs_and_which_roles_to_review(cast, client):
    page = workbench(client, cast.root)
    assert "How the system runs" in page and "Messages that wait" in page
    assert "Roles to review" in page
    for address in (
        "/jobs/",
        "/jobs/outbox/",
        "/security/review/?stale=on",
        "/security/review/?no_factor=on",
    ):
        assert client.get(address).status_code == 200


def test_legal_sees_the_drafts(cast, client):
    make_contract(make_customer(cast.alice), state="draft")
    assert "Contracts in draft" in workbench(client, cast.lena)
