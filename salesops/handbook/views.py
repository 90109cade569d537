"""The handbook: readable by chapters as of any day; a clause with its history; the form of a new value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.core.choices import Role
from salesops.core.events import publish
from salesops.core.periods import day_of
from salesops.core.policies import can
from salesops.handbook import services
from salesops.handbook.forms import ValueForm
from salesops.handbook.models import Acknowledgement, RuleValue
from salesops.handbook.pages import about_handbook
from salesops.handbook.permissions import people_read_by
from salesops.handbook.reading import breaches, readers, readings, to_acknowledge
from salesops.handbook.registry import Breach, RuleParameter, bound_roles, measures, rules
from salesops.handbook.selectors import chapters, clause_sentence, history, rule
from salesops.handbook.values import editable, words_with_unit
from salesops.ui.events import ListExported
from salesops.ui.export import KINDS, disposition, write_csv
from salesops.ui.views import ActionView, PageView, RecordCreateView
from salesops.ui.views.base import RecordView

SHOWN, EXPORTED = 50, 10_000


def asked_day(request: HttpRequest) -> date:
    """The day named in the url, today if none or nonsense."""
    try:
        return day_of(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


class Handbook(PageView):
    """All clauses by chapters, with the values in force on a day."""

    template_name = "handbook/handbook.html"
    title = _("Handbook")

    def get_context(self) -> dict[str, Any]:
        day, query = asked_day(self.request), self.request.GET.get("q", "").strip()[:100]
        found = chapters(day, query)
        today = timezone.localdate(self.at)
        books = readings(today)
        mine = {reading.key for reading in to_acknowledge(self.request.user, on=today)}
        return {
            "chapters": [(chapter, books[chapter.key], chapter.key in mine) for chapter in found],
            "unread": len(mine),
            "about": None if query else about_handbook(self.request.user, on=day),
            "count": sum(len(chapter.clauses) for chapter in found),
            "measured": {key for key, _measure in measures.items()},
            "on": day,
            "is_today": day == timezone.localdate(self.at),
            "q": query,
            "may_set": can(self.request.user, "add", RuleValue),
        }


class RuleOfUrl(RecordView):
    """Shared by the pages of one rule, which the url names by its key."""

    model = RuleValue

    def parameter(self) -> RuleParameter:
        found = rules.get(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    def list_crumb(self) -> list[tuple[Any, str]]:
        return [(_("Handbook"), reverse("handbook:handbook"))]


class ClausePage(RuleOfUrl):
    """One clause: wording, value in force, what comes, history, source."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("list")
        parameter = self.parameter()
        today = timezone.localdate(self.at)
        value = rule(parameter.key, on=today)
        context = {
            "title": parameter.title,
            "crumbs": self.list_crumb(),
            "parameter": parameter,
            "sentence": clause_sentence(parameter, value),
            "value_words": words_with_unit(parameter, value),
            "default_words": words_with_unit(parameter, parameter.default),
            "history": history(parameter.key, today=today),
            "roles": [Role(role).label for role in bound_roles.get(parameter.key, ())],
            "kept": breaches(parameter.key, request.user, on=today, limit=SHOWN),
            "may_set": can(request.user, "add", RuleValue),
        }
        return render(request, "handbook/clause.html", context)


class Breaches(RuleOfUrl):
    """The rows that do not keep a rule, as far as the reader may see them; ``format=csv`` exports them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("list")
        parameter = self.parameter()
        measure = measures.get(parameter.key)
        if measure is None:
            raise Http404
        today = timezone.localdate(self.at)
        rows = measure.rows(request.user, today)
        if request.GET.get("format") == "csv":
            return self.export(parameter, [measure.line(row) for row in rows[:EXPORTED]])
        page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
        context = {
            "title": gettext("Not kept: %(clause)s") % {"clause": parameter.title},
            "crumbs": [
                *self.list_crumb(),
                (parameter.title, reverse("handbook:clause", args=[parameter.key])),
            ],
            "sentence": clause_sentence(parameter, rule(parameter.key, on=today)),
            "page": page,
            "lines": [measure.line(row) for row in page.object_list],
        }
        return render(request, "handbook/breaches.html", context)

    def export(self, parameter: RuleParameter, lines: list[Breach]) -> HttpResponseBase:
        heads = [gettext("Record"), gettext("Person"), gettext("Since"), gettext("Detail")]
        rows = ([str(line.label), str(line.person or ""), line.since, str(line.detail)] for line in lines)
        filters = {"rule": parameter.key}
        publish(ListExported(self.request.user, RuleValue, filters, len(lines), "csv", "", self.at))
        answer = HttpResponse(content_type=KINDS["csv"])
        answer.headers["Content-Disposition"] = disposition(f"handbook {parameter.clause}", "csv")
        write_csv(answer, heads, rows)
        return answer


class Acknowledge(RecordView):
    """POST: the person has read a chapter."""

    model = Acknowledgement
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require("add")
        services.acknowledge(self.kwargs["chapter"], actor=request.user, at=self.at)
        messages.success(request, gettext("Noted that you have read it."))
        return redirect("handbook:handbook")


class Readers(PageView):
    """Who is bound and has acknowledged, and who has not."""

    template_name = "handbook/readers.html"
    title = _("Who has read the handbook")

    def get_context(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        people = people_read_by(self.request.user)
        if query := self.request.GET.get("q", "").strip()[:100]:
            people = people.filter(Q(name__icontains=query) | Q(username__icontains=query))
        found = readers(people, on=today)
        if self.request.GET.get("missing"):
            found = [reader for reader in found if reader.missing]
        page = Paginator(found, SHOWN).get_page(self.request.GET.get("page"))
        return {"page": page, "q": query, "missing": bool(self.request.GET.get("missing"))}


class SetValue(RuleOfUrl, RecordCreateView):
    """The administrator's form."""

    asks_again = True
    model = RuleValue
    form_class = ValueForm
    template_name = "handbook/set_value.html"

    def get_title(self) -> Any:
        return gettext("Set a value: %(clause)s") % {"clause": self.parameter().title}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "parameter": self.parameter()}

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        parameter = self.parameter()
        value = rule(parameter.key, on=today)
        return {"value": editable(parameter, value), "from_date": today + timedelta(days=1)}

    def get_context(self) -> dict[str, Any]:
        parameter = self.parameter()
        value = rule(parameter.key, on=timezone.localdate(self.at))
        return {
            "parameter": parameter,
            "sentence": clause_sentence(parameter, value),
            "value_words": words_with_unit(parameter, value),
        }

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [*self.list_crumb(), (self.parameter().title, self.get_cancel_url())]

    def perform(self, form: Any, *, actor: Any, at: Any) -> RuleValue:
        data = form.cleaned_data
        return services.set_rule_value(
            self.parameter().key, data["value"], data["from_date"], data["reason"], actor=actor, at=at
        )

    def get_success_url(self, obj: Any) -> str:
        return reverse("handbook:clause", args=[self.kwargs["key"]])

    def get_cancel_url(self) -> str:
        return reverse("handbook:clause", args=[self.kwargs["key"]])


class WithdrawValue(ActionView):
    """Takes back a value that is not in force yet."""

    asks_again = True
    model = RuleValue
    verb = "delete"
    title = _("Withdraw")
    danger = True

    def get_explain(self, obj: RuleValue) -> Any:
        return gettext("The value that was to hold from %(day)s is taken back; the one before goes on.") % {
            "day": obj.from_date.isoformat()
        }

    def perform(self, obj: RuleValue, form: Any, *, actor: Any, at: Any) -> None:
        services.withdraw_rule_value(obj, actor=actor, at=at)

    def get_success_url(self, obj: Any) -> str:
        return reverse("handbook:clause", args=[self.object.key])

    def get_cancel_url(self) -> str:
        return reverse("handbook:clause", args=[self.object.key])
