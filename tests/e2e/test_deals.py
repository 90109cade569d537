"""A deal walks on in a browser: what was sent is no draft any more, and a card is moved by the keyboard."""

from __future__ import annotations

from django.utils import timezone

from customers.choices.deals import Stage
from tests.factories.deals import make_deal


def test_a_deal_is_moved_twice_in_a_row_and_then_by_the_keyboard(visitor, cast):
    deal = make_deal(cast.alice, on=timezone.localdate(), title="Flasks", score=80, need_record="500 ml")
    rep = visitor()
    rep.sign_in("alice")
    page = rep.page
    for step in (Stage.SCREENED, Stage.FIRST_VISIT):
        rep.goto(f"/customers/opportunities/{deal.pk}/move/")
        page.locator(f"input[name=to][value={step}]").check(force=True)
        page.get_by_role("button", name="Move", exact=True).click()
        page.wait_for_url(f"**/opportunities/{deal.pk}/")
    rep.goto("/customers/opportunities/board/")
    page.locator("li.deal-card").first.focus()
    page.keyboard.press("Control+ArrowRight")
    page.locator(f"[data-stage={Stage.NEEDS}] .deal-card").wait_for()
    deal.refresh_from_db()
    assert deal.stage == Stage.NEEDS
