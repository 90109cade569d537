"""What one company exports, an empty one imports in the order of the README."""

import re
from pathlib import Path

import pytest

from contracts.imports import export_contracts
from receivables.imports.items import export_receivables
from salesops.exchange.registry import import_kinds, ordered_kinds
from tests.factories.contracts import make_contract
from tests.factories.receivables import make_customer, make_receivable

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_walk_of_the_readme_names_kinds_in_an_order_that_can_be_imported():
    kinds = re.search(r'KINDS="([^"]+)"', README.read_text())[1].split()
    assert {"leads", "opportunities"} <= set(kinds)
    assert all(import_kinds[name].export for name in kinds)
    order = [kind.name for kind in ordered_kinds()]
    assert kinds == sorted(kinds, key=order.index)


@pytest.mark.django_db
def test_a_receivable_names_only_a_contract_that_the_file_of_contracts_holds(cast):
    customer = make_customer(owner=cast.alice)
    for state in ("effective", "completed", "terminated", "draft"):
        contract = make_contract(customer, owner=cast.alice, state=state)
        make_receivable(customer, contract=contract)
    held = {row["number"] for row in export_contracts()}
    named = [row["contract"] for row in export_receivables()]
    assert {name for name in named if name} == held and len(held) == 3
