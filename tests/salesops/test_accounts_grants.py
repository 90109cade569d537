"""Who reaches which teams."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse

from salesops.accounts.models import User
from salesops.core.choices import Role


def test_a_lead_reaches_her_group_and_a_manager_the_department(cast):
    (lead,) = [g for g in cast.bob.grants() if g.role == "lead"]
    assert lead.teams == {cast.group_a.pk}
    (manager,) = cast.mona.grants()
    assert manager.department == {cast.sales.pk, cast.group_a.pk, cast.group_b.pk}


def test_finance_serves_the_whole_company(cast):
    (finance,) = cast.dora.grants()
    assert finance.department is None


@pytest.mark.django_db
def test_the_first_administrator_of_an_empty_company_may_bring_files_and_let_people_in(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Sales-ops-2026!")
    options = {"interactive": False, "username": "boss", "email": "boss@example.com", "name": "Boss"}
    call_command("createsuperuser", **options, stdout=io.StringIO())
    boss = User.objects.get()
    assert boss.has_role(Role.ADMINISTRATOR)
    client.force_login(boss)
    for name in ("exchange:importbatch_create", "accounts:user_create"):
        assert client.get(reverse(name)).status_code == 200, name
