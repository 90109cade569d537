"""People, teams, and who belonged where and might do what, from when to when."""

from salesops.accounts.models.people import User
from salesops.accounts.models.teams import Membership, RoleGrant, Team

__all__ = ["Membership", "RoleGrant", "Team", "User"]
