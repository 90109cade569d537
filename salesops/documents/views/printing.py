"""Prints as page and as PDF, and what stands on them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from salesops.audit.services.access import log_view
from salesops.core.errors import NotAllowed
from salesops.core.policies import policy_of
from salesops.documents import pdf, services
from salesops.documents.drawing import draw
from salesops.documents.forms import LetterheadForm, PrintTextForm
from salesops.documents.models import Letterhead, PrintText
from salesops.documents.printing import (
    LANGUAGES,
    Ask,
    PrintTemplate,
    prints,
    read_languages,
)
from salesops.documents.selectors import letterhead_on
from salesops.documents.tables import LetterheadTable, PrintTextFilter, PrintTextTable
from salesops.ui.links import record_url
from salesops.ui.views import Act, RecordCreateView, RecordDetailView, RecordListView
from salesops.ui.views.base import HouseView

CHOICES = ("en", "zh-hans", "zh-hant", "zh-hans,en", "zh-hant,en")


class PrintPage(HouseView):
    """A record on paper, in one language or two; the PDF is the same page drawn by another hand."""

    as_pdf = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        template = prints.get(kwargs["key"])
        if template is None:
            raise Http404
        model = template.model
        obj = model._default_manager.filter(policy_of(model).scope(request.user), pk=kwargs["pk"]).first()
        if obj is None:
            raise Http404
        if not template.may(request.user, obj):
            raise NotAllowed(_("Your role may not print this."))
        ask = self.ask(template, obj)
        log_view(
            actor=request.user,
            obj=obj,
            at=self.at,
            fields=(template.key, *ask.languages),
            purpose="print",
            request=request,
        )
        if self.as_pdf:
            try:
                content = pdf.to_pdf(self.html(template, obj, ask, ""))
            except pdf.PdfMissing as error:
                return HttpResponse(self.html(template, obj, ask, str(error)), status=error.status)
            return _pdf_response(content, f"{template.label} {template.number(obj)}.pdf")
        font = "zh-hans" in ask.languages or "zh-hant" in ask.languages
        missing = (
            "" if not font or pdf.has_chinese_font() else _("A PDF needs a Chinese font on this machine.")
        )
        return HttpResponse(self.html(template, obj, ask, str(missing)))

    def ask(self, template: PrintTemplate, obj: Any) -> Ask:
        spoken = get_language() or "en"
        own = (spoken,) if spoken in LANGUAGES else ("en",)
        default = ((spoken if spoken != "en" else "zh-hans"), "en") if template.abroad(obj) else own
        asked = self.request.GET
        on = _day(asked.get("on", "")) or timezone.localdate(self.at)
        since = _day(asked.get("since", ""))
        if template.dated and (since is None or since > on):
            since = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
        return Ask(self.request.user, on, since, read_languages(asked.get("lang", ""), default))

    def html(self, template: PrintTemplate, obj: Any, ask: Ask, missing: str) -> str:
        spoken = get_language()
        as_pdf = self.as_pdf and not missing
        tools = {} if as_pdf else self.tools(template, obj, ask, spoken)
        return draw(template, obj, ask, missing=missing, for_pdf=as_pdf, tools=tools)

    def tools(self, template: PrintTemplate, obj: Any, ask: Ask, spoken: str | None) -> dict[str, Any]:
        """The line above the paper: back, languages, PDF; in the reader's language."""
        place = [template.key, obj.pk]
        page, paper = reverse("documents:print", args=place), reverse("documents:print_pdf", args=place)
        days = f"&on={ask.on}&since={ask.since}" if template.dated else ""
        chosen = ",".join(ask.languages)
        with override(spoken):
            words = {"en": "English", "zh-hans": "简体中文", "zh-hant": "繁體中文"}
            choices = [
                (
                    f"{page}?lang={code}{days}",
                    " + ".join(words[part] for part in code.split(",")),
                    code == chosen,
                )
                for code in CHOICES
            ]
        return {
            "back": record_url(obj),
            "choices": choices,
            "pdf_url": f"{paper}?lang={chosen}{days}",
            "dated": template.dated,
            "chosen": chosen,
        }


def _pdf_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name.replace("/", "-"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2100 else None


class LetterheadList(RecordListView):
    model, table_class = Letterhead, LetterheadTable
    title = _("Letterhead")
    default_sort = "-from_date"
    add_url_name = "documents:letterhead_create"
    add_label = _("New letterhead")
    intro = _("What prints show of us, from a day on. Earlier prints keep what they had.")
    empty_title = _("No letterhead yet")
    empty_text = _("Enter our name, address and bank, so that prints show them.")


class LetterheadPage(RecordDetailView):
    model, state_field = Letterhead, ""

    def facts(self, obj: Letterhead) -> list[tuple[Any, Any]]:
        return [
            (field.verbose_name, getattr(obj, field.name))
            for field in obj._meta.fields
            if field.editable and not field.primary_key
        ]

    def acts(self, obj: Letterhead) -> list[Act]:
        return [Act(_("New letterhead"), reverse("documents:letterhead_create"), "edit", primary=True)]


class LetterheadCreate(RecordCreateView):
    model, form_class, title = Letterhead, LetterheadForm, _("New letterhead")

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.at)
        now = letterhead_on(today)
        kept = {name: getattr(now, name) for name in LetterheadForm.Meta.fields} if now else {}
        return {**kept, "from_date": today}

    def perform(self, form: Any, *, actor: Any, at: Any) -> Letterhead:
        return services.set_letterhead(actor=actor, at=at, **form.cleaned_data)


class PrintTextList(RecordListView):
    model, table_class, filterset_class = PrintText, PrintTextTable, PrintTextFilter
    title = _("Texts of prints")
    default_sort = "-from_date"
    add_url_name = "documents:printtext_create"
    add_label = _("New text")
    intro = _("Texts above and below the lines of prints, from a day on.")
    empty_title = _("No texts yet")

    def base_queryset(self) -> QuerySet:
        return PrintText.objects.select_related("created_by")


class PrintTextPage(RecordDetailView):
    model, state_field = PrintText, ""

    def facts(self, obj: PrintText) -> list[tuple[Any, Any]]:
        template = prints.get(obj.print_key)
        return [
            (_("Print"), template.label if template else _("all prints")),
            (_("Place"), obj.get_place_display()),
            (_("Language"), obj.language),
            (_("From"), obj.from_date.isoformat()),
            (_("Text"), obj.body or _("no text from this day on")),
        ]

    def acts(self, obj: PrintText) -> list[Act]:
        query = f"?print_key={obj.print_key}&place={obj.place}&language={obj.language}"
        return [Act(_("New text"), reverse("documents:printtext_create") + query, "edit", primary=True)]


class PrintTextCreate(RecordCreateView):
    model, form_class, title = PrintText, PrintTextForm, _("New text")

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, form: Any, *, actor: Any, at: Any) -> PrintText:
        return services.set_text(actor=actor, at=at, **form.cleaned_data)
