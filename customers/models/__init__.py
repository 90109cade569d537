"""Customer files and visits."""

from customers.models.customers import Address, Contact, Customer, CustomerOwnership
from customers.models.visit_plans import VisitPlan, VisitPlanLine
from customers.models.visits import Visit

__all__ = ["Address", "Contact", "Customer", "CustomerOwnership", "Visit", "VisitPlan", "VisitPlanLine"]
