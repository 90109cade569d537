"""An act on a record: GET says what will happen, POST does it."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from salesops.ui.views.forms import FormView


class ActionView(FormView):
    """``perform(obj, form, actor=, at=)`` makes the one service call; ``form`` is ``None`` without a form.

    ``danger = True`` draws the button as such. ``get_explain(obj)`` says what will happen.
    """

    verb = ""
    danger = False
    template_name = "ui/action.html"

    def prepare(self) -> None:
        self.object = self.get_object()
        self.require(self.verb, self.object)
        self.explain = self.get_explain(self.object)

    def get_explain(self, obj: Any) -> Any:
        """What will happen, in a sentence; the default names the record only."""
        return self.explain or _("This concerns: %(record)s.") % {"record": obj}

    def get_submit_label(self) -> Any:
        return self.submit_label or capfirst(str(self.title))

    def call(self, form: Any) -> Any:
        return self.perform(self.object, form, actor=self.request.user, at=self.at)

    def perform(self, obj: Any, form: Any, *, actor: Any, at: Any) -> Any:
        raise NotImplementedError

    def get_success_url(self, obj: Any) -> str:
        return super().get_success_url(obj if obj is not None else self.object)
