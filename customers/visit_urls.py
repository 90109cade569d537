"""Pages of visit plans, check-ins, checklists and receptions; part of ``urls``."""

from __future__ import annotations

from django.urls import path

from customers.views import (
    calendar,
    checkins,
    coverage,
    feed,
    offline,
    receptions,
    talks,
    visit_plans,
    visits,
)

VISIT_PATTERNS = [
    path("receptions/", receptions.ReceptionList.as_view(), name="reception_list"),
    path("receptions/new/", receptions.ReceptionCreate.as_view(), name="reception_create"),
    path("receptions/<int:pk>/", receptions.ReceptionPage.as_view(), name="reception_detail"),
    path("receptions/<int:pk>/edit/", receptions.ReceptionEdit.as_view(), name="reception_edit"),
    path("receptions/<int:pk>/points/", receptions.ReceptionPoints.as_view(), name="reception_points"),
    path("receptions/<int:pk>/itinerary/", receptions.ReceptionStops.as_view(), name="reception_stops"),
    path("receptions/<int:pk>/prepare/", receptions.ReceptionPrepare.as_view(), name="reception_prepare"),
    path("receptions/<int:pk>/arrived/", receptions.ReceptionArrived.as_view(), name="reception_arrived"),
    path("receptions/<int:pk>/close/", receptions.ReceptionClose.as_view(), name="reception_close"),
    path("receptions/<int:pk>/cancel/", receptions.ReceptionCancel.as_view(), name="reception_cancel"),
    path("visits/coverage/", coverage.Coverage.as_view(), name="visit_coverage"),
    path("visits/coverage/rows/", coverage.CoverageRows.as_view(), name="visit_coverage_rows"),
    path("customers/<int:pk>/place/", checkins.CustomerPlaceSet.as_view(), name="customer_place"),
    path("visits/talks/", talks.Talks.as_view(), name="visit_talks"),
    path("visits/due/", visit_plans.DueList.as_view(), name="visit_due"),
    path("visits/plans/", visit_plans.PlanList.as_view(), name="visitplan_list"),
    path("visits/plans/new/", visit_plans.PlanCreate.as_view(), name="visitplan_create"),
    path("visits/plans/<int:pk>/", visit_plans.PlanPage.as_view(), name="visitplan_detail"),
    path("visits/plans/<int:pk>/edit/", visit_plans.PlanEdit.as_view(), name="visitplan_edit"),
    path("visits/plans/<int:pk>/move/", visit_plans.PlanLineMove.as_view(), name="visitplan_move"),
    path("visits/plans/<int:pk>/submit/", visit_plans.PlanSubmit.as_view(), name="visitplan_submit"),
    path("visits/plans/<int:pk>/check/", visit_plans.PlanCheck.as_view(), name="visitplan_check"),
    path("visits/plans/<int:pk>/review/", visit_plans.PlanReview.as_view(), name="visitplan_review"),
    path("checklists/", checkins.ChecklistList.as_view(), name="checklist_list"),
    path("checklists/new/", checkins.ChecklistCreate.as_view(), name="checklist_create"),
    path("checklists/<int:pk>/", checkins.ChecklistPage.as_view(), name="checklist_detail"),
    path("visits/<int:pk>/check-in/", checkins.VisitCheckInView.as_view(), name="visit_checkin"),
    path("visits/<int:pk>/place/", checkins.VisitAcceptPlace.as_view(), name="visit_accept_place"),
    path("visits/<int:pk>/complaint/", visits.VisitComplaint.as_view(), name="visit_complaint"),
    path("visits/<int:pk>/move/", calendar.VisitMove.as_view(), name="visit_move"),
    path("visits/calendar/feed/", feed.FeedPage.as_view(), name="calendarfeed_detail"),
    path("visits/calendar/feed/make/", feed.FeedMake.as_view(), name="calendarfeed_make"),
    path("visits/calendar/feed/end/", feed.FeedEnd.as_view(), name="calendarfeed_end"),
    path("visits/calendar/feeds/<str:token>.ics", feed.CalendarFeedFile.as_view(), name="calendar_feed"),
    path("visits/offline/", offline.VisitOffline.as_view(), name="visit_offline"),
    path("visits/send/", offline.VisitSend.as_view(), name="visit_send"),
    path("visits/worker.js", offline.VisitWorker.as_view(), name="visit_worker"),
]
