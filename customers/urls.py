"""Pages of customer work."""

from __future__ import annotations

from django.urls import path

from customers.deal_urls import DEAL_PATTERNS
from customers.research_urls import RESEARCH_PATTERNS
from customers.views import (
    calendar,
    claims,
    contacts,
    customers,
    files,
    grading,
    groups,
    handover,
    plan_and_done,
    pool,
    profiles,
    sharing,
    visits,
    watch,
)
from customers.visit_urls import VISIT_PATTERNS
from salesops.documents.views.printing import PrintPage

app_name = "customers"

urlpatterns = [
    path("customers/", customers.CustomerList.as_view(), name="customer_list"),
    path("customers/new/", customers.CustomerCreate.as_view(), name="customer_create"),
    path("customers/duplicates/", customers.DuplicateCheck.as_view(), name="customer_duplicates"),
    path("customers/<int:pk>/", customers.CustomerPage.as_view(), name="customer_detail"),
    path("customers/<int:pk>/edit/", customers.CustomerEdit.as_view(), name="customer_edit"),
    path("customers/<int:pk>/credit/", customers.CustomerCredit.as_view(), name="customer_credit"),
    path("customers/<int:pk>/assign/", customers.CustomerAssign.as_view(), name="customer_assign"),
    path("customers/<int:pk>/contacts/new/", contacts.ContactCreate.as_view(), name="contact_create"),
    path("customers/<int:pk>/addresses/new/", contacts.AddressCreate.as_view(), name="address_create"),
    path("customers/<int:pk>/group/", groups.CustomerGroup.as_view(), name="customer_group"),
    path("customers/watch/", watch.WatchList.as_view(), name="customer_watch"),
    path("customers/<int:pk>/confirm/", watch.CustomerConfirm.as_view(), name="customer_confirm"),
    path("customers/<int:pk>/grade/", grading.GradeNow.as_view(), name="customer_grade"),
    path("grades/", grading.GradingList.as_view(), name="customergrading_list"),
    path("grades/<int:pk>/", grading.GradingPage.as_view(), name="customergrading_detail"),
    path("grades/<int:pk>/decide/", grading.GradingDecide.as_view(), name="customergrading_decide"),
    path("grade-models/", grading.GradeModelList.as_view(), name="grademodel_list"),
    path("grade-models/new/", grading.GradeModelCreate.as_view(), name="grademodel_create"),
    path("grade-models/<int:pk>/", grading.GradeModelPage.as_view(), name="grademodel_detail"),
    path("customers/<int:pk>/titles/new/", profiles.TaxProfileCreate.as_view(), name="taxprofile_create"),
    path("titles/<int:pk>/edit/", profiles.TaxProfileEdit.as_view(), name="taxprofile_edit"),
    path("titles/<int:pk>/end/", profiles.TaxProfileEnd.as_view(), name="taxprofile_end"),
    path("customers/<int:pk>/shares/", sharing.CustomerShares.as_view(), name="customer_shares"),
    path("customers/<int:pk>/invite/", sharing.CustomerInvite.as_view(), name="customer_invite"),
    path("customers/<int:pk>/protect/", sharing.CustomerProtect.as_view(), name="customer_protect"),
    path("customers/<int:pk>/merge/", sharing.CustomerMergeInto.as_view(), name="customer_merge"),
    path("collaborators/<int:pk>/end/", sharing.InvitationEnd.as_view(), name="collaborator_end"),
    path("merges/<int:pk>/undo/", sharing.MergeUndo.as_view(), name="customermerge_undo"),
    path("customers/<int:pk>/release/", pool.CustomerRelease.as_view(), name="customer_release"),
    path("pool/", pool.PoolList.as_view(), name="poolcustomer_list"),
    path("pool/report/", pool.PoolReport.as_view(), name="pool_report"),
    path("pool/moves/", pool.PoolMoveList.as_view(), name="poolmove_list"),
    path("pool/rules/", pool.PoolRuleList.as_view(), name="poolrule_list"),
    path("pool/rules/new/", pool.PoolRuleCreate.as_view(), name="poolrule_create"),
    path("pool/rules/<int:pk>/", pool.PoolRulePage.as_view(), name="poolrule_detail"),
    path("pool/rules/<int:pk>/edit/", pool.PoolRuleEdit.as_view(), name="poolrule_edit"),
    path("pool/rules/<int:pk>/end/", pool.PoolRuleEnd.as_view(), name="poolrule_end"),
    path("pool/<int:pk>/", pool.PoolCustomerPage.as_view(), name="poolcustomer_detail"),
    path("pool/<int:pk>/take/", pool.PoolClaim.as_view(), name="poolcustomer_claim"),
    path("handovers/", handover.HandOverList.as_view(), name="handover_list"),
    path("handovers/new/", handover.HandOverCreate.as_view(), name="handover_create"),
    path("handovers/<int:pk>/", handover.HandOverPage.as_view(), name="handover_detail"),
    path("handovers/<int:pk>/sign/", handover.HandOverSign.as_view(), name="handover_sign"),
    path("handovers/<int:pk>/add/", handover.HandOverAdd.as_view(), name="handover_add"),
    path(
        "handovers/<int:pk>/print/",
        PrintPage.as_view(),
        {"key": "customers.handover"},
        name="handover_print",
    ),
    path("handovers/<int:pk>/cancel/", handover.HandOverCancel.as_view(), name="handover_cancel"),
    path("customers/<int:pk>/block/", files.CustomerBlock.as_view(), name="customer_block"),
    path("customers/<int:pk>/unblock/", files.CustomerUnblock.as_view(), name="customer_unblock"),
    path("claims/", claims.ClaimList.as_view(), name="ownershipclaim_list"),
    path("claims/new/", claims.ClaimCreate.as_view(), name="ownershipclaim_create"),
    path("claims/<int:pk>/", claims.ClaimPage.as_view(), name="ownershipclaim_detail"),
    path("claims/<int:pk>/withdraw/", claims.ClaimWithdraw.as_view(), name="ownershipclaim_withdraw"),
    path("contacts/", contacts.ContactList.as_view(), name="contact_list"),
    path("contacts/<int:pk>/", contacts.ContactPage.as_view(), name="contact_detail"),
    path("contacts/<int:pk>/edit/", contacts.ContactEdit.as_view(), name="contact_edit"),
    path("contacts/<int:pk>/reveal/", contacts.ContactReveal.as_view(), name="contact_reveal"),
    path("addresses/<int:pk>/edit/", contacts.AddressEdit.as_view(), name="address_edit"),
    path("addresses/<int:pk>/remove/", contacts.AddressRemove.as_view(), name="address_remove"),
    path("visits/", visits.VisitList.as_view(), name="visit_list"),
    path("visits/new/", visits.VisitPlan.as_view(), name="visit_create"),
    path("visits/log/", visits.VisitLogNew.as_view(), name="visit_log_new"),
    path("visits/calendar/", calendar.VisitCalendar.as_view(), name="visit_calendar"),
    path("visits/plan-and-done/", plan_and_done.PlanAndDone.as_view(), name="visit_plan_and_done"),
    path("visits/<int:pk>/", visits.VisitPage.as_view(), name="visit_detail"),
    path("visits/<int:pk>/edit/", visits.VisitEdit.as_view(), name="visit_edit"),
    path("visits/<int:pk>/log/", visits.VisitLog.as_view(), name="visit_log"),
    path("visits/<int:pk>/replan/", visits.VisitReplan.as_view(), name="visit_replan"),
    path("visits/<int:pk>/cancel/", visits.VisitCancel.as_view(), name="visit_cancel"),
]
urlpatterns += VISIT_PATTERNS
urlpatterns += DEAL_PATTERNS
urlpatterns += RESEARCH_PATTERNS
