"""Who sees job runs and the outbox, and who may start a job (requirements §I)."""

from __future__ import annotations

from salesops.core.policies import Level, Policy, register
from salesops.jobs.models import JobItem, JobRun, JobWatch, OutboxMessage


class JobRunPolicy(Policy):
    """Runs are the department's machinery: managers, finance and administrators may start them."""

    matrix = "administrator:all:edit finance:all:edit manager:all:edit gm:all:view auditor:all:view"
    owner_path = team_path = None
    verbs = {"run": Level.EDIT, "preview": Level.EDIT}


class OutboxPolicy(Policy):
    """Messages may name any customer, so only administrators handle them and auditors look."""

    matrix = "administrator:all:edit auditor:all:view"
    owner_path = team_path = None
    verbs = {"send_again": Level.EDIT}


def register_policies() -> None:
    register(JobRun, JobRunPolicy())
    register(JobItem, JobRunPolicy())
    register(JobWatch, JobRunPolicy())
    register(OutboxMessage, OutboxPolicy())
