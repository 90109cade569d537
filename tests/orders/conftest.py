from customers.models import Customer
from salesops.core import policies
from salesops.core.policies import Policy

if Customer not in policies.registered():

    class P(Policy):
        matrix = (
            "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit gm:all:view "
            "finance:department:view service:department:view auditor:all:view"
        )

    policies.register(Customer, P())
