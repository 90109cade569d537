"""Addresses of leads, opportunities and market information."""

from __future__ import annotations

from django.urls import path

from customers.views import campaigns, leads, market, negotiation, opportunities, pipeline

DEAL_PATTERNS = [
    path("leads/", leads.LeadList.as_view(), name="lead_list"),
    path("leads/new/", leads.LeadCreate.as_view(), name="lead_create"),
    path("leads/<int:pk>/", leads.LeadPage.as_view(), name="lead_detail"),
    path("leads/<int:pk>/edit/", leads.LeadEdit.as_view(), name="lead_edit"),
    path("leads/<int:pk>/contact/", leads.LeadContact.as_view(), name="lead_contact"),
    path("leads/<int:pk>/screen/", leads.LeadScreen.as_view(), name="lead_screen"),
    path("leads/<int:pk>/convert/", leads.LeadConvert.as_view(), name="lead_convert"),
    path("leads/<int:pk>/rule-out/", leads.LeadRuleOut.as_view(), name="lead_rule_out"),
    path("leads/<int:pk>/duplicate/", leads.LeadDuplicate.as_view(), name="lead_duplicate"),
    path("leads/<int:pk>/reopen/", leads.LeadReopen.as_view(), name="lead_reopen"),
    path("leads/<int:pk>/claim/", leads.LeadClaim.as_view(), name="lead_claim"),
    path("leads/<int:pk>/assign/", leads.LeadAssign.as_view(), name="lead_assign"),
    path("leads/<int:pk>/release/", leads.LeadRelease.as_view(), name="lead_release"),
    path("opportunities/", opportunities.OpportunityList.as_view(), name="opportunity_list"),
    path("opportunities/new/", opportunities.OpportunityCreate.as_view(), name="opportunity_create"),
    path("opportunities/board/", pipeline.OpportunityBoard.as_view(), name="opportunity_board"),
    path("opportunities/forecast/", pipeline.Forecast.as_view(), name="opportunity_forecast"),
    path("opportunities/<int:pk>/", opportunities.OpportunityPage.as_view(), name="opportunity_detail"),
    path("opportunities/<int:pk>/edit/", opportunities.OpportunityEdit.as_view(), name="opportunity_edit"),
    path("opportunities/<int:pk>/move/", opportunities.OpportunityMove.as_view(), name="opportunity_move"),
    path(
        "opportunities/<int:pk>/next-step/",
        opportunities.OpportunityNextStep.as_view(),
        name="opportunity_next_step",
    ),
    path("opportunities/<int:pk>/win/", opportunities.OpportunityWin.as_view(), name="opportunity_win"),
    path("opportunities/<int:pk>/lose/", opportunities.OpportunityLose.as_view(), name="opportunity_lose"),
    path("opportunities/<int:pk>/hold/", opportunities.OpportunityHold.as_view(), name="opportunity_hold"),
    path(
        "opportunities/<int:pk>/reopen/", opportunities.OpportunityReopen.as_view(), name="opportunity_reopen"
    ),
    path(
        "opportunities/<int:pk>/assign/", opportunities.OpportunityAssign.as_view(), name="opportunity_assign"
    ),
    path("opportunities/<int:pk>/people/", negotiation.DealPersonSet.as_view(), name="deal_person_set"),
    path(
        "opportunities/people/<int:pk>/remove/",
        negotiation.DealPersonRemove.as_view(),
        name="deal_person_remove",
    ),
    path(
        "opportunities/<int:pk>/competitors/",
        negotiation.DealCompetitorSet.as_view(),
        name="deal_competitor_set",
    ),
    path(
        "opportunities/competitors/<int:pk>/remove/",
        negotiation.DealCompetitorRemove.as_view(),
        name="deal_competitor_remove",
    ),
    path(
        "opportunities/<int:pk>/negotiation/",
        negotiation.OpportunityNegotiate.as_view(),
        name="opportunity_negotiate",
    ),
    path(
        "opportunities/<int:pk>/concession/",
        negotiation.OpportunityConcede.as_view(),
        name="opportunity_concede",
    ),
    path("concessions/", negotiation.ConcessionList.as_view(), name="concession_list"),
    path("concessions/<int:pk>/", negotiation.ConcessionPage.as_view(), name="concession_detail"),
    path(
        "concessions/<int:pk>/withdraw/", negotiation.ConcessionWithdraw.as_view(), name="concession_withdraw"
    ),
    path("loss-reasons/", negotiation.LossReasonList.as_view(), name="lossreason_list"),
    path("loss-reasons/new/", negotiation.LossReasonCreate.as_view(), name="lossreason_create"),
    path("loss-reasons/<int:pk>/", negotiation.LossReasonPage.as_view(), name="lossreason_detail"),
    path("loss-reasons/<int:pk>/edit/", negotiation.LossReasonEdit.as_view(), name="lossreason_edit"),
    path("competitors/", market.CompetitorList.as_view(), name="competitor_list"),
    path("competitors/new/", market.CompetitorCreate.as_view(), name="competitor_create"),
    path("competitors/<int:pk>/", market.CompetitorPage.as_view(), name="competitor_detail"),
    path("competitors/<int:pk>/edit/", market.CompetitorEdit.as_view(), name="competitor_edit"),
    path("observations/", market.ObservationList.as_view(), name="observation_list"),
    path("observations/new/", market.ObservationCreate.as_view(), name="observation_create"),
    path("observations/matrix/", market.Matrix.as_view(), name="market_matrix"),
    path("observations/trend/", market.Trend.as_view(), name="market_trend"),
    path("observations/<int:pk>/", market.ObservationPage.as_view(), name="observation_detail"),
    path("observations/<int:pk>/edit/", market.ObservationEdit.as_view(), name="observation_edit"),
    path("market-weeks/", market.WeekList.as_view(), name="marketweek_list"),
    path("market-weeks/new/", market.WeekCreate.as_view(), name="marketweek_create"),
    path("market-weeks/<int:pk>/", market.WeekPage.as_view(), name="marketweek_detail"),
    path("market-weeks/<int:pk>/edit/", market.WeekEdit.as_view(), name="marketweek_edit"),
    path("market-weeks/<int:pk>/submit/", market.WeekSubmit.as_view(), name="marketweek_submit"),
    path("campaigns/", campaigns.CampaignList.as_view(), name="campaign_list"),
    path("campaigns/new/", campaigns.CampaignCreate.as_view(), name="campaign_create"),
    path("campaigns/<int:pk>/", campaigns.CampaignPage.as_view(), name="campaign_detail"),
    path("campaigns/<int:pk>/edit/", campaigns.CampaignEdit.as_view(), name="campaign_edit"),
    path("campaigns/<int:pk>/start/", campaigns.CampaignStart.as_view(), name="campaign_start"),
    path("campaigns/<int:pk>/evaluate/", campaigns.CampaignEvaluate.as_view(), name="campaign_evaluate"),
    path("campaigns/<int:pk>/close/", campaigns.CampaignClose.as_view(), name="campaign_close"),
    path("campaigns/<int:pk>/cancel/", campaigns.CampaignCancel.as_view(), name="campaign_cancel"),
    path("campaigns/<int:pk>/costs/", campaigns.CampaignCosts.as_view(), name="campaign_cost"),
    path("campaigns/<int:pk>/guests/", campaigns.CampaignInvite.as_view(), name="campaign_guest"),
    path("campaigns/<int:pk>/materials/", campaigns.CampaignMaterials.as_view(), name="campaign_material"),
    path("campaigns/<int:pk>/feedback/", campaigns.CampaignHears.as_view(), name="campaign_feedback"),
    path("campaigns/<int:pk>/adjust/", campaigns.CampaignAdjust.as_view(), name="campaign_adjust"),
    path("demands/", campaigns.DemandList.as_view(), name="productdemand_list"),
    path("demands/new/", campaigns.DemandCreate.as_view(), name="productdemand_create"),
    path("demands/<int:pk>/", campaigns.DemandPage.as_view(), name="productdemand_detail"),
    path("demands/<int:pk>/edit/", campaigns.DemandEdit.as_view(), name="productdemand_edit"),
    path("demands/<int:pk>/decide/", campaigns.DemandDecide.as_view(), name="productdemand_decide"),
]
