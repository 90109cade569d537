"""Studies, target markets, partners, requirement documents."""

from django.urls import path

from customers.views import partners, requirement_papers, studies, target_markets

RESEARCH_PATTERNS = [
    path("studies/", studies.StudyList.as_view(), name="marketstudy_list"),
    path("studies/new/", studies.StudyCreate.as_view(), name="marketstudy_create"),
    path("studies/<int:pk>/", studies.StudyPage.as_view(), name="marketstudy_detail"),
    path("studies/<int:pk>/edit/", studies.StudyEdit.as_view(), name="marketstudy_edit"),
    path("studies/<int:pk>/report/", studies.StudyReport.as_view(), name="marketstudy_report"),
    path("studies/<int:pk>/return/", studies.StudyReturn.as_view(), name="marketstudy_return"),
    path("studies/<int:pk>/publish/", studies.StudyPublish.as_view(), name="marketstudy_publish"),
    path("studies/<int:pk>/archive/", studies.StudyArchive.as_view(), name="marketstudy_archive"),
    path("markets/", target_markets.TargetMarketList.as_view(), name="targetmarket_list"),
    path("markets/new/", target_markets.TargetMarketCreate.as_view(), name="targetmarket_create"),
    path("markets/<int:pk>/", target_markets.TargetMarketPage.as_view(), name="targetmarket_detail"),
    path("markets/<int:pk>/edit/", target_markets.TargetMarketEdit.as_view(), name="targetmarket_edit"),
    path("partners/", partners.PartnerList.as_view(), name="partner_list"),
    path("partners/new/", partners.PartnerCreate.as_view(), name="partner_create"),
    path("partners/<int:pk>/", partners.PartnerPage.as_view(), name="partner_detail"),
    path("partners/<int:pk>/edit/", partners.PartnerEdit.as_view(), name="partner_edit"),
    path("partners/<int:pk>/talks/", partners.PartnerTalks.as_view(), name="partner_talk"),
    path("papers/", requirement_papers.PaperList.as_view(), name="requirementpaper_list"),
    path("papers/new/", requirement_papers.PaperCreate.as_view(), name="requirementpaper_create"),
    path("papers/<int:pk>/", requirement_papers.PaperPage.as_view(), name="requirementpaper_detail"),
    path("papers/<int:pk>/edit/", requirement_papers.PaperEdit.as_view(), name="requirementpaper_edit"),
    path(
        "papers/<int:pk>/release/", requirement_papers.PaperRelease.as_view(), name="requirementpaper_release"
    ),
]
