"""What this app itself knows of a customer: the last contact and deal, deals under way."""

from __future__ import annotations

from customers.choices import VisitState
from customers.choices.pool import PoolCause
from customers.facts import LastFact, last_facts, open_business
from customers.models import Opportunity, Visit


def register_facts() -> None:
    done = LastFact(PoolCause.CONTACT, lambda: Visit.objects.filter(state=VisitState.DONE), "visit_date")
    last_facts.register("customers.contact", done)
    opened = LastFact(PoolCause.DEAL, Opportunity.objects.all, "created_date")
    last_facts.register("customers.deal", opened)
    open_business.register("customers.deal", (lambda: Opportunity.objects.alive(), "customer"))
