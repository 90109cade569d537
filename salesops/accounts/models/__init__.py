"""People, teams, who belonged where and might do what from when to when, and who stands in."""

from salesops.accounts.models.delegations import Delegation
from salesops.accounts.models.people import User
from salesops.accounts.models.superiors import SuperiorChange
from salesops.accounts.models.teams import Membership, RoleGrant, Team

__all__ = ["Delegation", "Membership", "RoleGrant", "SuperiorChange", "Team", "User"]
