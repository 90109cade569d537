"""People and teams on their pages (ORG-01..04)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from salesops.accounts.models import RoleGrant, Team, User
from salesops.accounts.services import posts
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services.outbox import deliver

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(f"accounts:{name}", args=args), query).content.decode()


def test_a_persons_page_shows_role_duties_superior_and_authority(client, cast):
    posts.grant_role(
        actor=cast.hugo,
        at=timezone.now(),
        person=cast.bob,
        role="lead",
        from_date=TODAY,
        amount_limit=Decimal("50000"),
    )
    text = page(client, cast.alice, "user_detail", cast.bob.pk)
    for shown in ("Team lead", "Check the team", "Mona", "50,000.00", "Group A", "Alice", "Asha"):
        assert shown in text
    assert "not in force" not in text, "ended grants are shown only to those who keep the file"
    assert "not in force" in page(client, cast.hugo, "user_detail", cast.bob.pk)


def test_the_holder_reads_the_duties_in_the_own_language(client, cast):
    User.objects.filter(pk=cast.bob.pk).update(language="zh-hans")
    text = page(client, User.objects.get(pk=cast.bob.pk), "user_detail", cast.bob.pk)
    assert "每天检查团队的计划、拜访和订单。" in text
    User.objects.filter(pk=cast.bob.pk).update(language="zh-hant")
    text = page(client, User.objects.get(pk=cast.bob.pk), "user_detail", cast.bob.pk)
    assert "每天檢查團隊的計畫、拜訪與訂單。" in text
    translation.activate("en")


def test_the_personal_part_is_for_those_whose_work_it_is(client, cast):
    User.objects.filter(pk=cast.leo.pk).update(staff_no="S-4711", leave_reason="a quarrel about pay")
    for person, sees in ((cast.alice, False), (cast.mona, False), (cast.hugo, True), (cast.aida, True)):
        text = page(client, person, "user_detail", cast.leo.pk)
        assert ("S-4711" in text) is sees
        assert ("a quarrel about pay" in text) is sees


def test_acts_are_offered_only_to_those_who_may(client, cast):
    assert "Set a first password" not in page(client, cast.hugo, "user_detail", cast.alice.pk)
    assert "Move to a team" in page(client, cast.hugo, "user_detail", cast.alice.pk)
    text = page(client, cast.bob, "user_detail", cast.alice.pk)
    assert "Move to a team" not in text
    assert reverse("accounts:user_edit", args=[cast.alice.pk]) not in text


def test_a_new_person_gets_team_role_and_a_mailed_link(client, cast):
    client.force_login(cast.hugo)
    answer = client.post(
        reverse("accounts:user_create"),
        {
            "name": "Nina",
            "username": "nina",
            "email": "nina@example.com",
            "superior": cast.bob.pk,
            "joined_date": "2026-05-04",
            "team": cast.group_a.pk,
            "role": "rep",
            "invite": "on",
        },
    )
    nina = User.objects.get(username="nina")
    assert answer["Location"] == reverse("accounts:user_detail", args=[nina.pk])
    assert nina.roles() == {"rep"}
    deliver(OutboxMessage.objects.get(kind="password_link").pk, at=timezone.now())
    assert mail.outbox[-1].to == ["nina@example.com"]
    assert "nina" in mail.outbox[-1].body


def test_a_form_that_is_refused_says_why_beside_the_field_and_keeps_what_was_typed(client, cast):
    client.force_login(cast.hugo)
    answer = client.post(
        reverse("accounts:user_create"),
        {
            "name": "Somebody Else",
            "username": "Alice",
            "team": cast.group_a.pk,
            "role": "administrator",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "is taken" in text
    assert "Somebody Else" in text


def test_the_directory_filters_by_role_team_and_state(client, cast):
    text = page(client, cast.hugo, "user_list", role="lead")
    assert "bob@example.com" in text
    assert "alice@example.com" not in text
    text = page(client, cast.hugo, "user_list", team=cast.sales.pk)
    assert "alice@example.com" in text
    assert "dora@example.com" not in text
    assert "leo@example.com" in page(client, cast.hugo, "user_list", is_active="0")


def test_the_list_of_people_costs_the_same_for_any_number(client, cast, django_assert_max_num_queries):
    client.force_login(cast.hugo)
    client.get(reverse("accounts:user_list"))
    with django_assert_max_num_queries(14):
        client.get(reverse("accounts:user_list"))


def test_the_tree_counts_people_with_everything_below(client, cast):
    text = page(client, cast.alice, "team_list")
    assert "Group A" in text
    assert "13 people" in text, "the company with everything below, without who has left"
    Team.objects.filter(pk=cast.group_b.pk).update(is_active=False)
    assert "Group B" not in page(client, cast.alice, "team_list")
    assert "Group B" in page(client, cast.alice, "team_list", closed="1")


def test_a_role_is_ended_from_the_persons_page(client, cast):
    grant = RoleGrant.objects.get(user=cast.alice)
    assert reverse("accounts:rolegrant_end", args=[grant.pk]) in page(
        client, cast.hugo, "user_detail", cast.alice.pk
    )
    client.post(reverse("accounts:rolegrant_end", args=[grant.pk]), {"last_day": TODAY.isoformat()})
    grant.refresh_from_db()
    assert grant.to_date == TODAY


def test_a_move_on_the_page_keeps_the_history(client, cast):
    client.force_login(cast.hugo)
    client.post(
        reverse("accounts:user_move", args=[cast.alice.pk]),
        {"team": cast.group_b.pk, "from_date": "2026-05-01"},
    )
    text = page(client, cast.hugo, "user_detail", cast.alice.pk)
    assert "Group A" in text
    assert "Group B" in text
    assert "moved Alice to Group B" in text
    assert cast.alice.memberships.get(team=cast.group_a).to_date == date(2026, 4, 30)


def test_a_post_shows_its_duties_beside_those_of_the_roles_and_the_persons_own(client, cast):
    client.force_login(cast.hugo)
    url = reverse("accounts:user_edit", args=[cast.alice.pk])
    form = {
        "name": "Alice", "username": "alice", "email": "alice@example.com", "superior": cast.bob.pk,
        "post": "researcher", "own_duties": "Keeps the sample room.\n\nKeeps the keys.",
    }  # fmt: skip
    assert client.post(url, form).status_code == 302
    client.force_login(cast.alice)
    page = client.get(reverse("accounts:user_detail", args=[cast.alice.pk])).content.decode()
    for line in ("Market researcher", "Write the market reports", "Follow every order", "Keeps the keys."):
        assert line in page
