"""What each role is there for (ORG-02): lists that the person's page shows to the holder.

Other rooms and apps may add lines: ``duties.add(Role.REP, _("…"))`` in ``apps.ready()``.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.core.choices import Post, Role

_lists: dict[str, list[Any]] = {
    Role.REP: [
        _("Look after the own customers: files, contacts and needs are complete and current."),
        _("Plan visits and write down each one on the same day, with the next step."),
        _("Win orders within the price and payment rules; ask before going beyond them."),
        _("Follow every order until it is delivered and paid."),
        _("Report market news, competitors and complaints."),
    ],
    Role.ASSISTANT: [
        _("Prepare visits, quotations and documents for the team."),
        _("Enter orders and keep customer files complete."),
        _("Watch dates: deliveries, payments, answers owed to customers."),
    ],
    Role.LEAD: [
        _("Check the team's plans, visits and orders every day."),
        _("Help with difficult customers and go along on important visits."),
        _("See to it that the team reaches its targets and collects what is due."),
        _("Train new people and appraise the team."),
    ],
    Role.MANAGER: [
        _("Break targets down to teams and people, and follow them month by month."),
        _("Decide on prices, terms and exceptions within the limit."),
        _("Divide customers and territories so that nobody competes in the house."),
        _("Plan people, budget and training of the department."),
    ],
    Role.GM: [
        _("Approve plans, budgets and what goes beyond the managers' limits."),
        _("Review the company's figures every month and decide on measures."),
    ],
    Role.FINANCE: [
        _("Record receipts on the day they arrive and allocate them."),
        _("Check payment terms, credit and prices before release."),
        _("Send statements and follow overdue amounts with the sales teams."),
        _("Close the month; a closed figure is corrected only by a new entry."),
    ],
    Role.LEGAL: [
        _("Review contracts before they are signed."),
        _("Advise on disputes, overdue debts and data protection."),
    ],
    Role.OPERATIONS: [
        _("Confirm what can be made and delivered, and by when."),
        _("Ship in full and on time, and record each shipment."),
        _("Tell the sales team at once when a date is in danger."),
    ],
    Role.SERVICE: [
        _("Take up complaints and questions, and answer within the time promised."),
        _("Find the cause with the departments concerned and tell the customer."),
    ],
    Role.HR: [
        _("Keep people, teams, superiors and roles up to date."),
        _("Prepare joining, moving and leaving, so that rights begin and end on the day."),
        _("Organise training and appraisals."),
    ],
    Role.AUDITOR: [
        _("Read the audit log: who changed, exported, searched or opened what."),
        _("Report breaches of rules and weaknesses; change nothing."),
    ],
    Role.ADMINISTRATOR: [
        _("Keep the system running: settings, imports, jobs and sign-ins."),
        _("Give access only as the roles say; look at no business data without need."),
    ],
}


# Posts that are no roles of their own; the others have the duties of the role of the same name.
_posts: dict[str, list[Any]] = {
    Post.BRANCH_HEAD: [
        _("Lead the branch: people, customers, targets and costs of the region."),
        _("Review the branch's figures with the manager every month."),
        _("Decide within the branch's limits and pass on what goes beyond them."),
    ],
    Post.SUPERVISOR: [
        _("Hold the morning meeting and check written plans before people go out."),
        _("Go along on visits, and help and correct on the spot."),
        _("Check day reports and see to what was left open."),
    ],
    Post.RESEARCHER: [
        _("Collect and check information on markets, customers and competitors."),
        _("Write the market reports and keep their sources."),
    ],
    Post.PROJECT_MANAGER: [
        _("Plan goals, schedule, resources and risks of a project, and follow them."),
        _("Coordinate the departments until the customer has accepted."),
    ],
}


def add(role: str, *lines: Any) -> None:
    """Add duties to a role."""
    _lists.setdefault(role, []).extend(lines)


def of(role: str) -> list[Any]:
    """The duties of a role, as lazy texts."""
    return list(_lists.get(role, []))


def of_post(post: str) -> list[Any]:
    """The duties of a post, as lazy texts."""
    return list(_posts[post]) if post in _posts else of(post)
