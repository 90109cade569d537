"""The invariants that are recomputed, by subject."""

from receivables.checks.ledger import register, register_check, run_checks

__all__ = ["register", "register_check", "run_checks"]
