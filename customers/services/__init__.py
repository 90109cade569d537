"""The acts of customer work; each is one function, one transaction."""

from customers.services.contacts import remove_address, save_address, save_contact
from customers.services.customers import create_customer, update_customer
from customers.services.ownership import assign_owner
from customers.services.visits import cancel_visit, log_visit, plan_visit, replan_visit, update_visit

__all__ = [
    "assign_owner",
    "cancel_visit",
    "create_customer",
    "log_visit",
    "plan_visit",
    "remove_address",
    "replan_visit",
    "save_address",
    "save_contact",
    "update_customer",
    "update_visit",
]
