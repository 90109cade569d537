"""What must be known before a deal enters a step, and where it may be known from (OPP-03).

The exit rules are clauses of the handbook, each a list of codes. An app above proves some of them itself: the
quotations that were sent, the contract or the order::

    deal_proofs.register("offer.contracts", lambda opportunity: "BJ-2026-00012" or "")

The part before the dot is the code of the demand; an answer that is not empty says what proves it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from customers.choices import VisitState
from customers.choices.deals import OPEN_STAGES, ConcessionState, DealPart, Stage, Topic
from customers.handbook.deals import GATES, KNOWN, codes_of, gate_key
from customers.models import Opportunity, Visit
from salesops.core.registry import Registry
from salesops.handbook.selectors import rule

deal_proofs: Registry[Callable[[Opportunity], str]] = Registry("deal proofs")
WAY = (*OPEN_STAGES, Stage.WON)


@dataclass(frozen=True)
class Missing:
    """One thing that is not known yet: its code, in words, and the clause that asks for it."""

    code: str
    clause: str

    @property
    def label(self) -> Any:
        return KNOWN[self.code]


def missing_for(opportunity: Opportunity, target: str, *, on: date) -> list[Missing]:
    """What is still missing before ``opportunity`` may enter ``target``, with all steps on the way."""
    here = opportunity.held_from or opportunity.stage
    start = WAY.index(Stage(here)) if here in WAY else -1
    found: list[Missing] = []
    for stage in WAY[start + 1 : WAY.index(Stage(target)) + 1]:
        if stage not in GATES:
            continue
        for code in codes_of(str(rule(gate_key(stage), on=on))):
            if code in KNOWN and all(m.code != code for m in found) and not is_known(opportunity, code):
                found.append(Missing(code, gate_key(stage)))
    return found


def written_paper(opportunity: Opportunity) -> Any:
    """The contract or order written from the deal; none when it was thrown away or cancelled since (OPP-07)."""
    model: Any = opportunity.paper_type.model_class() if opportunity.paper_type else None
    paper = model._default_manager.filter(pk=opportunity.paper_id).first() if model else None
    return None if paper is None or getattr(paper, "state", "") in ("cancelled", "void") else paper


def is_known(opportunity: Opportunity, code: str) -> bool:
    """Does the deal itself, or an app above, answer this demand?"""
    return bool(_OWN[code](opportunity)) or any(
        key.split(".", 1)[0] == code and bool(proof(opportunity)) for key, proof in deal_proofs.items()
    )


def _visited(opportunity: Opportunity) -> bool:
    rows = Visit.objects.filter(customer_id=opportunity.customer_id).exclude(state=VisitState.CANCELLED)
    return opportunity.customer_id is not None and rows.exists()


_OWN: dict[str, Callable[[Opportunity], Any]] = {
    "customer": lambda o: o.customer_id,
    "amount": lambda o: o.amount,
    "expected_close": lambda o: o.expected_close,
    "score": lambda o: o.score is not None,
    "visit": _visited,
    "need_record": lambda o: o.need_record.strip(),
    "intention": lambda o: o.intention,
    "decision_maker": lambda o: o.decision_makers.filter(part=DealPart.DECIDES).exists(),
    "offer": lambda o: o.offer_ref.strip() and o.offer_date,
    "counter_terms": lambda o: o.notes.filter(topic__in=Topic.values).exists(),
    "concessions": lambda o: not o.concessions.filter(state=ConcessionState.PENDING).exists(),
    "paper": lambda o: o.deal_paper.strip() or written_paper(o),
}
