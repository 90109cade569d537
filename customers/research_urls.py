"""Studies, target markets, partners, requirement documents."""

from django.urls import path

from customers.views import research

RESEARCH_PATTERNS = [
    path("studies/", research.StudyList.as_view(), name="marketstudy_list"),
    path("studies/new/", research.StudyCreate.as_view(), name="marketstudy_create"),
    path("studies/<int:pk>/", research.StudyPage.as_view(), name="marketstudy_detail"),
    path("studies/<int:pk>/edit/", research.StudyEdit.as_view(), name="marketstudy_edit"),
    path("studies/<int:pk>/report/", research.StudyReport.as_view(), name="marketstudy_report"),
    path("studies/<int:pk>/return/", research.StudyReturn.as_view(), name="marketstudy_return"),
    path("studies/<int:pk>/publish/", research.StudyPublish.as_view(), name="marketstudy_publish"),
    path("studies/<int:pk>/archive/", research.StudyArchive.as_view(), name="marketstudy_archive"),
    path("markets/", research.TargetMarketList.as_view(), name="targetmarket_list"),
    path("markets/new/", research.TargetMarketCreate.as_view(), name="targetmarket_create"),
    path("markets/<int:pk>/", research.TargetMarketPage.as_view(), name="targetmarket_detail"),
    path("markets/<int:pk>/edit/", research.TargetMarketEdit.as_view(), name="targetmarket_edit"),
    path("partners/", research.PartnerList.as_view(), name="partner_list"),
    path("partners/new/", research.PartnerCreate.as_view(), name="partner_create"),
    path("partners/<int:pk>/", research.PartnerPage.as_view(), name="partner_detail"),
    path("partners/<int:pk>/edit/", research.PartnerEdit.as_view(), name="partner_edit"),
    path("partners/<int:pk>/talks/", research.PartnerTalks.as_view(), name="partner_talk"),
    path("papers/", research.PaperList.as_view(), name="requirementpaper_list"),
    path("papers/new/", research.PaperCreate.as_view(), name="requirementpaper_create"),
    path("papers/<int:pk>/", research.PaperPage.as_view(), name="requirementpaper_detail"),
    path("papers/<int:pk>/edit/", research.PaperEdit.as_view(), name="requirementpaper_edit"),
    path("papers/<int:pk>/release/", research.PaperRelease.as_view(), name="requirementpaper_release"),
]
