"""Flows, requests, and what people decided."""

from salesops.approvals.models.flows import ApprovalFlow, FlowRoute, FlowStep, RouteCondition, StepApprover
from salesops.approvals.models.requests import ApprovalRequest, Ask, AskedPerson, Decision, RequestCopy

__all__ = [
    "ApprovalFlow",
    "ApprovalRequest",
    "Ask",
    "AskedPerson",
    "Decision",
    "FlowRoute",
    "FlowStep",
    "RequestCopy",
    "RouteCondition",
    "StepApprover",
]
