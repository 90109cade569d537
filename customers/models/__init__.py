"""Customer files, visits, leads, opportunities and market information."""

from customers.models.campaigns import (
    Campaign,
    CampaignCost,
    CampaignFeedback,
    CampaignGuest,
    CampaignMaterial,
)
from customers.models.checkins import CustomerPlace, VisitCheckIn
from customers.models.checklists import Checklist, ChecklistItem, VisitAnswer
from customers.models.customers import Address, Contact, Customer, CustomerOwnership
from customers.models.deal_parts import Concession, DealCompetitor, DecisionMaker, NegotiationNote
from customers.models.feeds import CalendarFeed
from customers.models.grading import CustomerGrading, GradeFactor, GradeModel, model_in_force
from customers.models.groups import GroupLink
from customers.models.handover import HandOver, HandOverItem
from customers.models.leads import Lead
from customers.models.market import Competitor, MarketWeek, Observation, ProductDemand
from customers.models.opportunities import LossReason, Opportunity, OpportunityLine, StageMove
from customers.models.pool import PoolCustomer, PoolMove, PoolRule
from customers.models.receptions import Reception, ReceptionItem, ReceptionStop
from customers.models.research import MarketStudy, Partner, PartnerTalk, RequirementPaper, TargetMarket
from customers.models.sharing import Collaborator, CustomerMerge, OwnershipClaim
from customers.models.tax_profiles import TaxProfile
from customers.models.visit_plans import VisitPlan, VisitPlanLine
from customers.models.visits import LastContact, Visit

__all__ = [
    "Address",
    "CalendarFeed",
    "Campaign",
    "CampaignCost",
    "CampaignFeedback",
    "CampaignGuest",
    "CampaignMaterial",
    "Checklist",
    "ChecklistItem",
    "Collaborator",
    "Competitor",
    "Concession",
    "Contact",
    "Customer",
    "CustomerGrading",
    "CustomerMerge",
    "CustomerOwnership",
    "CustomerPlace",
    "DealCompetitor",
    "DecisionMaker",
    "GradeFactor",
    "GradeModel",
    "GroupLink",
    "HandOver",
    "HandOverItem",
    "LastContact",
    "Lead",
    "LossReason",
    "MarketStudy",
    "MarketWeek",
    "NegotiationNote",
    "Observation",
    "Opportunity",
    "OpportunityLine",
    "OwnershipClaim",
    "Partner",
    "PartnerTalk",
    "PoolCustomer",
    "PoolMove",
    "PoolRule",
    "ProductDemand",
    "Reception",
    "ReceptionItem",
    "ReceptionStop",
    "RequirementPaper",
    "StageMove",
    "TargetMarket",
    "TaxProfile",
    "Visit",
    "VisitAnswer",
    "VisitCheckIn",
    "VisitPlan",
    "VisitPlanLine",
    "model_in_force",
]
