"""Create and edit: GET shows the form, POST makes one service call, once."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from salesops.core.errors import DomainError
from salesops.ui.links import list_url, record_url
from salesops.ui.views.base import RecordView
from salesops.ui.views.submit import Submitting


class FormView(Submitting, RecordView):
    """Shared by create, edit and acts."""

    form_class: type[BaseForm] | None = None
    template_name = "ui/form.html"
    title: Any = ""
    explain: Any = ""
    submit_label: Any = ""
    object: Any = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user, "initial": self.get_initial()}

    def get_initial(self) -> dict[str, Any]:
        """Defaults from context: what the url names (``?customer=5``) fills fields of that name."""
        return {
            k: v for k, v in self.request.GET.items() if self.form_class and k in self.form_class.base_fields
        }

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        kwargs = self.get_form_kwargs()
        return self.form_class(data, files, **kwargs) if self.form_class else None

    def get_title(self) -> Any:
        return self.title

    def get_submit_label(self) -> Any:
        return self.submit_label or _("Save")

    def get_success_url(self, obj: Any) -> str:
        return record_url(obj) or list_url(self.model) or "/"

    def get_cancel_url(self) -> str:
        return (record_url(self.object) if self.object else "") or list_url(self.model) or "/"

    def get_context(self) -> dict[str, Any]:
        return {}

    def show(self, form: Any, status: int = 200, **extra: Any) -> HttpResponseBase:
        context = {
            "form": form,
            "object": self.object,
            "view": self,
            "title": self.get_title(),
            "explain": self.explain,
            "crumbs": self.get_crumbs(),
            "submit_label": self.get_submit_label(),
            "cancel_url": self.get_cancel_url(),
            "form_key": self.form_key(),
            "version": self.shown_version(),
            **extra,
            **self.get_context(),
        }
        return render(self.request, self.template_name, context, status=status)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        crumbs = self.list_crumb()
        if self.object is not None:
            crumbs.append((str(self.object), record_url(self.object)))
        return crumbs

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare()
        return self.show(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.prepare()
        except (DomainError, Http404):
            if first := self.first_answer():  # the act itself changed what the url names
                return redirect(first)
            raise
        if "add_line" in request.POST:
            return self.show(self.with_one_more_line(request.POST))
        return self.submit(self.get_form(request.POST, request.FILES))

    def with_one_more_line(self, data: Any) -> Any:
        """The "add line" button without JavaScript: the same form with an empty line more, nothing saved."""
        data = data.copy()
        name = "lines-TOTAL_FORMS"
        count = data.get(name, "")
        if count.isascii() and count.isdigit() and len(count) < 5:
            data[name] = str(int(count) + 1)
        form = self.get_form(data)
        form.quiet()
        return form

    def prepare(self) -> None:
        """Load what the url names and check the verb."""
        raise NotImplementedError

    def done(self, obj: Any) -> HttpResponseBase:
        return redirect(self.get_success_url(obj))


class RecordCreateView(FormView):
    """``perform(form, actor=, at=)`` returns the new record."""

    verb = "add"

    def prepare(self) -> None:
        self.require(self.verb)

    def get_title(self) -> Any:
        return self.title or capfirst(_("New: %(kind)s") % {"kind": self.model._meta.verbose_name})

    def call(self, form: Any) -> Any:
        return self.perform(form, actor=self.request.user, at=self.at)

    def perform(self, form: Any, *, actor: Any, at: Any) -> Any:
        raise NotImplementedError


class RecordUpdateView(FormView):
    """As create, on a row; the form carries the version it was read with."""

    verb = "edit"
    check_version = True

    def prepare(self) -> None:
        self.object = self.get_object()
        self.require(self.verb, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.form_class is not None and hasattr(self.form_class, "_meta"):
            kwargs["instance"] = self.object
        return kwargs

    def get_title(self) -> Any:
        return self.title or _("Edit %(record)s") % {"record": self.object}

    def call(self, form: Any) -> Any:
        return self.perform(form, actor=self.request.user, at=self.at)

    def perform(self, form: Any, *, actor: Any, at: Any) -> Any:
        raise NotImplementedError
