"""What a won deal becomes: the contract or the order of it, written by the apps above from what the deal says (OPP-07).

An app registers the page on which it is written; the page reads ``?deal=`` with ``FromDeal``::

    deal_papers.register("contracts.contract", DealPaper(Contract, _("Write the contract"), "contracts:contract_create"))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse

from customers.models import Opportunity
from customers.services.opportunities import note_paper
from salesops.core.keys import row_key
from salesops.core.policies import can
from salesops.core.registry import Registry


@dataclass(frozen=True)
class DealPaper:
    """``model`` is what is written, ``page`` the url name on which a person writes it."""

    model: type[models.Model]
    label: Any
    page: str
    number: str = "number"

    def url(self, deal: Opportunity) -> str:
        return f"{reverse(self.page)}?deal={deal.pk}"

    def find(self, number: str) -> Any:
        return self.model._default_manager.filter(**{self.number: number}).first()


deal_papers: Registry[DealPaper] = Registry("papers of deals")


def paper_of(deal: Opportunity) -> Any:
    """The contract or order that was written from the deal, or that its number names, if it is in the house."""
    if deal.paper_type is not None:
        return deal.paper_type.get_object_for_this_type(pk=deal.paper_id) if _is_there(deal) else None
    if not deal.deal_paper:
        return None
    return next((found for paper in deal_papers if (found := paper.find(deal.deal_paper))), None)


def _is_there(deal: Opportunity) -> bool:
    """A draft may have been thrown away since."""
    model: Any = deal.paper_type.model_class() if deal.paper_type else None
    return model is not None and model._default_manager.filter(pk=deal.paper_id).exists()


class FromDeal:
    """For a page that writes a paper: ``?deal=5`` fills the form in, and the deal names the paper afterwards."""

    request: Any
    from_deal: Callable[[Opportunity], dict[str, Any]]

    def deal(self) -> Opportunity | None:
        """The deal of the url, if the person may change it."""
        key = row_key(self.request.GET.get("deal", ""))
        if key is None:
            return None
        found = Opportunity.objects.filter(pk=key, customer__isnull=False).select_related("customer").first()
        return found if found is not None and can(self.request.user, "edit", found) else None

    def get_initial(self) -> dict[str, Any]:
        given: dict[str, Any] = super().get_initial()  # type: ignore[misc]
        deal = self.deal()
        return given if deal is None else self.from_deal(deal) | given

    def perform(self, form: Any, *, actor: Any, at: Any) -> Any:
        written = super().perform(form, actor=actor, at=at)  # type: ignore[misc]
        deal = self.deal()
        if deal is not None and written.customer_id == deal.customer_id:
            note_paper(actor=actor, at=at, opportunity=deal, paper=written)
        return written
