"""The calendar: a month at a glance, all entered days, working hours."""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.calendar import services
from salesops.calendar.choices import REGIONS
from salesops.calendar.forms import DayForm, RegimeForm
from salesops.calendar.models import CalendarDay, CalendarYear, WorkRegime
from salesops.calendar.packages import SOURCES
from salesops.calendar.selectors import Workdays, default_region, is_known
from salesops.calendar.tables import DayFilter, DayTable, RegimeTable
from salesops.core.periods import Period, day_of
from salesops.core.policies import can
from salesops.ui.views import (
    Act,
    ActionView,
    PageView,
    RecordCreateView,
    RecordDetailView,
    RecordListView,
)
from salesops.ui.views.base import RecordView


class MonthView(PageView):
    """A month of a region: days off, make-up days, the count of working days, a warning for unknown years."""

    template_name = "calendar/month.html"
    title = _("Working days")

    def asked(self) -> tuple[str, Period]:
        today = timezone.localdate(self.at)
        region = self.request.GET.get("region", "")
        if region not in REGIONS:
            region = default_region(today)
        code = self.request.GET.get("month", "")
        try:
            day = day_of(f"{code}-01")
        except ValueError:
            day = today
        return region, Period.month_of(day if 1990 <= day.year <= 2100 else today)

    def get_context(self) -> dict[str, Any]:
        region, month = self.asked()
        workdays = Workdays(region)
        year = Period.year_of(month.start)
        entered = {
            day.date: day
            for day in CalendarDay.objects.visible_to(self.request.user).filter(
                region=region, date__range=(month.start - timedelta(days=7), month.end + timedelta(days=7))
            )
        }
        today = timezone.localdate(self.at)
        weeks = months.Calendar().monthdatescalendar(month.start.year, month.start.month)
        return {
            "region": region,
            "regions": REGIONS.items(),
            "month": month,
            "month_words": date_format(month.start, "YEAR_MONTH_FORMAT"),
            "previous": month.previous().code,
            "following": month.next().code,
            "weekdays": [date_format(day, "D") for day in weeks[0]],
            "weeks": [
                [day_cell(day, day in workdays, entered.get(day), month, today) for day in w] for w in weeks
            ],
            "in_month": workdays.count(month.start, month.end),
            "in_year": workdays.count(year.start, year.end),
            "known": is_known(month.start.year, region),
            "may_edit": can(self.request.user, "add", CalendarDay),
            "has_package": region in SOURCES,
        }


def day_cell(
    day: date, works: bool, entered: CalendarDay | None, month: Period, today: date
) -> dict[str, Any]:
    """One square of the month: its classes, its name and what it is in words."""
    weekend = day.isoweekday() > 5
    css = "" if works else "off"
    if entered is not None and not works and not weekend:
        css = "off holiday"
    if works and weekend:
        css = "makeup"
    marks = [css, "today" if day == today else "", "" if day in month else "other"]
    return {
        "date": day,
        "css": " ".join(mark for mark in marks if mark),
        "name": entered.label if entered else "",
        "works": works,
    }


class DayList(RecordListView):
    model = CalendarDay
    table_class = DayTable
    filterset_class = DayFilter
    title = _("Days off and make-up days")
    default_sort = "-date"
    add_url_name = "calendar:calendarday_create"


class SetDay(RecordCreateView):
    """Adds a day or changes what it is; the month view leads here with day and region filled in."""

    model = CalendarDay
    form_class = DayForm
    title = _("Enter a day")
    explain = _("What is entered by hand wins over the published lists.")

    def get_initial(self) -> dict[str, Any]:
        initial = {"region": default_region(timezone.localdate(self.at)), **super().get_initial()}
        try:
            day = day_of(str(initial.get("date", "")))
        except ValueError:
            return initial
        works = day in Workdays(str(initial["region"]))
        row = CalendarDay.objects.filter(region=initial["region"], date=day).first()
        return {**initial, "is_workday": "no" if works else "yes", "name": row.name if row else ""}

    def perform(self, form: Any, *, actor: Any, at: Any) -> CalendarDay:
        data = form.cleaned_data
        return services.set_day(
            data["region"],
            data["date"],
            is_workday=data["is_workday"] == "yes",
            name=data["name"],
            actor=actor,
            at=at,
        )

    def get_success_url(self, obj: CalendarDay) -> str:
        return f"{reverse('calendar:calendar_month')}?region={obj.region}&month={obj.date:%Y-%m}"

    def get_cancel_url(self) -> str:
        return reverse("calendar:calendar_month")


class DayPage(RecordDetailView):
    model = CalendarDay

    def facts(self, obj: CalendarDay) -> list[tuple[Any, Any]]:
        return [
            (_("Date"), obj.date.isoformat()),
            (_("Region"), REGIONS.get(obj.region, obj.region)),
            (_("Name"), obj.label),
            (_("Working day"), _("yes") if obj.is_workday else _("no")),
            (_("Source"), _("entered by hand") if obj.source == "hand" else _("published list")),
        ]

    def acts(self, obj: CalendarDay) -> list[Act]:
        query = f"?region={obj.region}&date={obj.date}"
        return [
            Act(_("Change"), reverse("calendar:calendarday_create") + query, "edit", primary=True),
            Act(_("Remove"), reverse("calendar:calendarday_remove", args=[obj.pk]), "delete", danger=True),
        ]


class RemoveDay(ActionView):
    model = CalendarDay
    verb = "delete"
    title = _("Remove")
    danger = True
    explain = _("The entry goes away; its day of the week decides again whether it is a working day.")

    def perform(self, obj: CalendarDay, form: Any, *, actor: Any, at: Any) -> None:
        services.remove_day(obj, actor=actor, at=at)

    def get_success_url(self, obj: Any) -> str:
        return reverse("calendar:calendarday_list")


class FillYear(RecordView):
    """POST: fills a year from the package of its region, or says that its list is complete."""

    model = CalendarYear
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("add")
        region, year = self.kwargs["region"], self.kwargs["year"]
        if request.POST.get("complete"):
            services.confirm_year(region, year, actor=request.user, at=self.at)
            messages.success(request, gettext("The year counts as known from now on."))
        else:
            filled = services.fill_year(region, year, actor=request.user, at=self.at)
            if filled.known:
                words = gettext("%(new)s days entered, %(kept)s were there.")
                messages.success(
                    request, words % {"new": filled.created + filled.updated, "kept": filled.kept}
                )
            else:
                messages.warning(request, gettext("The list of this year is not published yet."))
        return redirect(f"{reverse('calendar:calendar_month')}?region={region}&month={year}-01")


class RegimeList(RecordListView):
    model = WorkRegime
    table_class = RegimeTable
    add_url_name = "calendar:workregime_create"
    intro = _("Hours entered here win over the summer and winter hours of the handbook.")
    empty_text = _("The summer and winter hours of the handbook hold.")


class RegimePage(RecordDetailView):
    model = WorkRegime

    def facts(self, obj: WorkRegime) -> list[tuple[Any, Any]]:
        return [
            (_("Region"), REGIONS.get(obj.region, obj.region)),
            (_("From"), obj.from_date.isoformat()),
            (_("Last day"), obj.to_date.isoformat() if obj.to_date else _("no last day")),
            (_("Hours"), obj.hours),
        ]

    def acts(self, obj: WorkRegime) -> list[Act]:
        return [Act(_("Edit"), reverse("calendar:workregime_edit", args=[obj.pk]), "edit", primary=True)]


class RegimeCreate(RecordCreateView):
    model = WorkRegime
    form_class = RegimeForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> WorkRegime:
        return services.set_regime(actor=actor, at=at, **form.cleaned_data)


class RegimeEdit(ActionView):
    model = WorkRegime
    verb = "edit"
    form_class = RegimeForm
    title = _("Change working hours")
    submit_label = _("Save")

    def get_initial(self) -> dict[str, Any]:
        return RegimeForm.initial_of(self.object)

    def perform(self, obj: WorkRegime, form: Any, *, actor: Any, at: Any) -> WorkRegime:
        return services.set_regime(regime=obj, actor=actor, at=at, **form.cleaned_data)
