"""Cards of the board of opportunities as HTML, written in Python: there are up to thirty in each column."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext

from customers.models import Customer, Opportunity
from salesops.accounts.models import User
from salesops.ui.links import url_of
from salesops.ui.marks import escaped, person_mark, pill
from salesops.ui.templatetags.ui import money, when

STEP = 60  # characters of a next step


class CardMarks:
    """Draws the cards of one page. ``fields``: what each form on a card carries back, with the token of the page."""

    def __init__(self, fields: dict[str, Any], token: str) -> None:
        given = {"csrfmiddlewaretoken": token, "back": "board"} | fields
        self.fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in given.items()
        )
        self.to = escape(gettext("Move to"))
        self.move = f'<button class="btn btn-sm" type="submit">{escape(pgettext("verb", "Move"))}</button>'
        self.won, self.lost = escape(pgettext("deal", "Won")), escape(pgettext("deal", "Lost"))
        self.stalled = f" {pill(gettext('stalled'), 'attention')}"
        self.people: dict[int, str] = {}
        self.days: dict[date | None, str] = {}

    def cards(self, deals: list[Opportunity], options: str, *, last: bool) -> SafeString:
        """The cards of a column; ``options`` are the other steps, ``last``: from here a deal is won or lost."""
        return SafeString("\n".join(self._card(deal, options, last) for deal in deals))

    def _card(self, deal: Any, options: str, last: bool) -> str:
        title = escaped(deal.title)
        url = url_of(Opportunity, deal.pk)
        customer = Customer.called(deal.customer_short, deal.customer_name) if deal.customer_id else ""
        amount = money(deal.amount, deal.currency_id) if deal.amount is not None else ""
        step = deal.next_step if len(deal.next_step) <= STEP else Truncator(deal.next_step).chars(STEP)
        late, bad = (" late", " bad") if deal.late else ("", "")
        moved = (
            ' draggable="true" tabindex="0" aria-keyshortcuts="Control+ArrowRight Control+ArrowLeft"'
            if deal.movable
            else ""
        )
        return (
            f'<li class="deal-card{late}"{moved} aria-label="{title}"><a class="deal-title" href="{url}">{title}</a>'
            f'<small>{escaped(customer)}</small><span class="deal-sum">{amount}</span>\n'
            f'<small class="deal-next{bad}">{escaped(step)} · {self._day(deal.next_step_on)}</small>'
            f"<small>{self._owner(deal)}{self.stalled if deal.stalled else ''}</small>"
            f"{self._form(deal, options, last) if deal.movable else ''}</li>"
        )

    def _form(self, deal: Any, options: str, last: bool) -> str:
        form = (
            f'\n<form method="post" action="{url_of(Opportunity, deal.pk, "move")}" class="deal-move">{self.fields}'
            f'<input type="hidden" name="seen" value="{deal.stage}">'
            f'<label class="visually-hidden" for="to-{deal.pk}">{self.to}</label>'
            f'<select class="form-select" name="to" required id="to-{deal.pk}">{options}</select>{self.move}</form>'
        )
        if not last:
            return form
        win, lose = url_of(Opportunity, deal.pk, "win"), url_of(Opportunity, deal.pk, "lose")
        return (
            f'{form}<p class="deal-ends"><a class="btn btn-sm" href="{win}">{self.won}</a>'
            f'<a class="btn btn-sm" href="{lose}">{self.lost}</a></p>'
        )

    def _owner(self, deal: Any) -> str:
        if deal.owner_id not in self.people:
            owner = User.from_db(
                None, ("id", "username", "name"), (deal.owner_id, deal.owner_login, deal.owner_name)
            )
            self.people[deal.owner_id] = person_mark(owner)
        return self.people[deal.owner_id]

    def _day(self, day: date | None) -> str:
        if day not in self.days:
            self.days[day] = str(when({}, day))
        return self.days[day]
