"""Forms of customer work."""

from customers.forms.customers import (
    DUPLICATE_FIELDS,
    AddressForm,
    AssignOwnerForm,
    ContactForm,
    CreditForm,
    CustomerCreateForm,
    CustomerEditForm,
    CustomerFileForm,
    PersonChoice,
    PurposeForm,
    not_negative,
)
from customers.forms.visits import (
    CancelForm,
    ComplaintForm,
    EditVisitForm,
    LogFields,
    LogPlannedVisitForm,
    LogVisitForm,
    PlanVisitForm,
    ReplanForm,
    VisitFormBase,
)

__all__ = [
    "DUPLICATE_FIELDS",
    "AddressForm",
    "AssignOwnerForm",
    "CancelForm",
    "ComplaintForm",
    "ContactForm",
    "CreditForm",
    "CustomerCreateForm",
    "CustomerEditForm",
    "CustomerFileForm",
    "EditVisitForm",
    "LogFields",
    "LogPlannedVisitForm",
    "LogVisitForm",
    "PersonChoice",
    "PlanVisitForm",
    "PurposeForm",
    "ReplanForm",
    "VisitFormBase",
    "not_negative",
]
