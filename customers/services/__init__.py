"""The acts of customer work; each is one function, one transaction."""

from customers.services.blocking import block, unblock
from customers.services.claims import open_claim, withdraw_claim
from customers.services.contacts import remove_address, save_address, save_contact
from customers.services.customers import create_customer, update_customer
from customers.services.groups import set_group
from customers.services.handover import cancel_pack, make_pack, refuse_items, sign_items
from customers.services.handover_things import add_thing, drop_things
from customers.services.merge import merge_customers, undo_merge
from customers.services.ownership import assign_owner
from customers.services.pool import claim, end_rule, release, save_rule
from customers.services.sharing import end_invitation, invite, protect, set_shares
from customers.services.tax_profiles import end_tax_profile, save_tax_profile
from customers.services.visits import cancel_visit, log_visit, plan_visit, replan_visit, update_visit

__all__ = [
    "add_thing",
    "assign_owner",
    "block",
    "cancel_pack",
    "cancel_visit",
    "claim",
    "create_customer",
    "drop_things",
    "end_invitation",
    "end_rule",
    "end_tax_profile",
    "invite",
    "log_visit",
    "make_pack",
    "merge_customers",
    "open_claim",
    "plan_visit",
    "protect",
    "refuse_items",
    "release",
    "remove_address",
    "replan_visit",
    "save_address",
    "save_contact",
    "save_rule",
    "save_tax_profile",
    "set_group",
    "set_shares",
    "sign_items",
    "unblock",
    "undo_merge",
    "update_customer",
    "update_visit",
    "withdraw_claim",
]
