"""A link for somebody outside, opened and used in a browser that sends what browsers send (Z18)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from salesops.notifications.services.outsiders import LinkPurpose, issue_link, link_purposes
from tests.factories.customers import make_customer

answers: list[tuple[str, str]] = []


@pytest.fixture
def purpose(monkeypatch):
    answers.clear()
    entry = LinkPurpose(
        "test.rate", "How was the visit?", "Please tell us in a few words.", "Send",
        show=lambda subject, link: [("Company", subject.name)],
        act=lambda subject, link, data, at: answers.append((subject.name, data["words"])),
        fields=(("words", "Your words", 2000),),
    )  # fmt: skip
    monkeypatch.setitem(link_purposes._entries, entry.key, entry)


@pytest.mark.django_db(transaction=True)
def test_an_outsider_answers_by_a_link_and_the_address_reaches_nobody_else(cast, purpose, visitor):
    """The form is posted from a page that gives its address to nobody; the guard against forged forms must take it."""
    at = timezone.now()
    _link, token = issue_link(
        "test.rate",
        make_customer(cast.alice, name="Outside Ltd"),
        "ann@example.com",
        at + timedelta(days=3),
        actor=cast.alice,
        at=at,
        mail=False,
    )
    outsider = visitor(phone=True)
    said: list[str] = []
    outsider.page.on("request", lambda request: said.append(request.headers.get("referer", "")))
    outsider.page.goto(f"/notifications/once/{token}/")
    card = outsider.page.locator("main")
    assert "Outside Ltd" in card.inner_text() and card.bounding_box()["width"] > 300
    assert outsider.axe() == []
    outsider.page.fill("textarea", "Very good")
    outsider.page.click("button[type=submit]")
    assert "Thank you" in outsider.page.locator("h1").inner_text()
    assert answers == [("Outside Ltd", "Very good")]
    assert not [text for text in said if token in text]
