"""Pages of collection: what a ladder would do, before it is saved."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.models import CollectionLevel, CollectionPolicy, CollectionStep
from tests.factories.receivables_collection import collect, make_overdue

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_what_a_ladder_would_do_is_seen_before_it_is_saved(client, cast):
    early = make_overdue(owner=cast.alice, days=3, amount="900.00", on=TODAY)
    late = make_overdue(owner=cast.alice, days=5, amount="5000.00", on=TODAY)
    collect(TODAY)  # both have a call that waits; the simulation asks what would be due without it
    base = CollectionPolicy.objects.get()
    client.force_login(cast.dora)
    page = reverse("receivables:collectionpolicy_version", args=[base.pk])
    assert "What would it do today?" in client.get(page).content.decode()
    facts = {
        "code": base.code,
        "name": "Strict",
        "from_date": TODAY + timedelta(days=1),
        "tolerance": "1000",
        "try": "1",
    }
    answer = client.post(page, facts | {"form_version": base.version})
    tried = answer.context["tried"]
    assert [change.customer for change in tried.changes] == [early.customer] and tried.changes[0].then is None
    assert tried.levels[0][1:] == (2, 1) and "900.00" in answer.content.decode()
    assert {words: (now, then) for words, now, then in tried.reasons}[
        "less is overdue than the ladder tolerates"
    ] == (0, 1)
    assert 'value="Strict"' in answer.content.decode()
    assert CollectionPolicy.objects.count() == 1 and CollectionStep.objects.count() == 2
    assert client.post(page, facts | {"tolerance": "-1"}).status_code == 400
    # saved, its rungs are tried likewise, and the page of the version tells it
    client.post(
        page, {key: value for key, value in facts.items() if key != "try"} | {"form_version": base.version}
    )
    made = CollectionPolicy.objects.exclude(pk=base.pk).get()
    rung = made.levels.get(level=1)
    rest = {
        name: getattr(rung, name) for name in ("gap_days", "repeat_days", "acts", "deadline_days", "effect")
    }
    words = {
        f.name: getattr(rung, f.name)
        for f in CollectionLevel._meta.fields
        if f.name[:5] in ("subje", "text_")
    }
    edit = reverse("receivables:collectionpolicy_level", args=[made.pk, 1])
    answer = client.post(
        edit, {**rest, **words, "from_day": 4, "channel": "visit", "try": "1", "form_version": made.version}
    )
    change = next(change for change in answer.context["tried"].changes if change.customer == late.customer)
    assert (change.now.channel, change.then.channel) == ("call", "visit")
    shown = client.get(reverse("receivables:collectionpolicy_detail", args=[made.pk]), {"try": "1"})
    assert [c.customer for c in shown.context["tried"].changes] == [early.customer]
    text = shown.content.decode()
    assert "L0 settlement notice" in text and "−7" in text and "R-5" in text
    run = client.get(reverse("receivables:collection_run")).content.decode()
    assert "L0 settlement notice" in run
