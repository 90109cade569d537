"""The contract register, and when its money falls due."""

from contracts.models.contracts import Contract
from contracts.models.plans import Acceptance, PaymentPlan, PlanRow

__all__ = ["Acceptance", "Contract", "PaymentPlan", "PlanRow"]
