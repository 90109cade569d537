"""Wiring of credit at start: holds, the checks of orders, assessments, risks and provision."""

from customers.merging import stays
from receivables import approving, assessing, credit, holding, provisioning, risks
from receivables.services import going_on


def register() -> None:
    """Called when the app is ready; holds come before the credit check, they are the plainer answer."""
    holding.register_holds()
    credit.register_check()
    assessing.register_factors()
    approving.register_assessments()
    risks.register_risks()
    provisioning.register_provisions()
    going_on.register()
    for model, why in (
        ("CreditAssessment", "an assessment is history of its own file"),
        ("CreditHold", "what was stopped stays; it counts for the kept file, too"),
        ("ProvisionLine", "a line of a run is history of its item"),
        ("RiskWarning", "a warning is history of its own file; the kept one gets its own"),
    ):
        stays(f"receivables.{model}.customer", why)
