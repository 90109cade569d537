"""Steps of the contract process on the page of duties and authority (ORG-04)."""

from django.utils.translation import gettext_lazy as _

from salesops.approvals.process import ProcessStep, register_steps

CONTRACT = "contracts.Contract"


def register() -> None:
    register_steps(
        add=ProcessStep(_("Draft a contract"), CONTRACT, "add", 10),
        activate=ProcessStep(_("Put a contract in force"), CONTRACT, "activate", 11),
        terminate=ProcessStep(_("Terminate a contract"), CONTRACT, "terminate", 12),
    )
