"""One's own factors and sessions."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from salesops.accounts.models import User
from salesops.security.forms import PasskeyForm, ResetForm, TotpForm
from salesops.security.handbook import needs_second_factor
from salesops.security.models import Factor, RecoveryCode, SignInSession
from salesops.security.services import factors, passkeys, sessions
from salesops.security.views.door import CHALLENGE, host_of, origin_of
from salesops.ui.views import ActionView, PageView
from salesops.ui.views.base import HouseView

SEED = "security_seed"


class OwnSecurity(PageView):
    """Second factors, recovery codes and sessions of the person."""

    template_name = "security/own.html"
    title = gettext_lazy("Signing in and sessions")

    def get_context(self) -> dict[str, Any]:
        user = self.request.user
        day = timezone.localdate(self.at)
        rows = SignInSession.objects.filter(user=user, ended_at__isnull=True)
        return {
            "factors": list(Factor.objects.in_use().filter(user=user)),
            "codes_left": RecoveryCode.objects.filter(user=user, used_at__isnull=True).count(),
            "sessions": list(rows[:50]),
            "current": self.request.session.session_key,
            "needed": needs_second_factor(user.roles(), on=day),
            "due": bool(self.request.session.get(sessions.DUE)),
        }


class OwnAct(ActionView):
    """An act on oneself that asks who is there."""

    model = User
    verb = "view"
    asks_again = True

    def get_object(self) -> User:
        return User.objects.get(pk=self.request.user.pk)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Signing in and sessions"), reverse("security:own"))]

    def get_cancel_url(self) -> str:
        return reverse("security:own")

    def get_success_url(self, obj: Any) -> str:
        """The first factor is followed by the recovery codes."""
        has_codes = RecoveryCode.objects.filter(user=self.request.user, used_at__isnull=True).exists()
        return reverse("security:own") if has_codes else reverse("security:recovery")

    def done(self, obj: Any) -> HttpResponseBase:
        sessions.enrolled(self.request.session)
        return super().done(obj)


class TotpAdd(OwnAct):
    form_class, title = TotpForm, gettext_lazy("Add an app for codes")
    template_name = "security/totp_add.html"
    submit_label = gettext_lazy("Add")

    def get_context(self) -> dict[str, Any]:
        seed = self.request.session.get(SEED) or factors.new_seed()
        self.request.session[SEED] = seed
        address = factors.seed_address(self.request.user, seed)
        picture = segno.make(address, error="m")
        drawn = picture.svg_inline(scale=5, dark="#000", light="#fff", border=3)
        return {
            "picture": mark_safe(drawn),  # noqa: S308 (made here)
            "seed": " ".join(seed[i : i + 4] for i in range(0, len(seed), 4)),
            "address": address,
        }

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> User:
        seed = self.request.session.get(SEED, "")
        factors.add_totp(person=obj, at=at, seed=seed, **form.cleaned_data)
        del self.request.session[SEED]
        return obj


class PasskeyAdd(OwnAct):
    form_class, title = PasskeyForm, gettext_lazy("Add a passkey")
    template_name = "security/passkey_add.html"
    submit_label = gettext_lazy("Add")

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> User:
        passkeys.add_passkey(
            person=obj,
            at=at,
            answer=form.cleaned_data["passkey"],
            challenge=self.request.session.pop(CHALLENGE, ""),
            host=host_of(self.request),
            origin=origin_of(self.request),
            name=form.cleaned_data["name"],
        )
        return obj


class Recovery(OwnAct):
    """GET says what the codes are for, POST makes them and shows them once."""

    title = gettext_lazy("Recovery codes")
    submit_label = gettext_lazy("Make ten new codes")
    explain = gettext_lazy(
        "Each code opens the door once when the device is lost. Codes made before are void; keep the new ones on paper."
    )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        codes = factors.new_recovery_codes(person=request.user, at=self.at)
        context = {"title": self.title, "codes": codes, "crumbs": self.get_crumbs()}
        return render(request, "security/codes.html", context)


class FactorRemove(ActionView):
    model = Factor
    verb = "remove"
    title = gettext_lazy("Remove")
    danger = True
    asks_again = True
    explain = gettext_lazy("It opens the door no more.")

    def base_queryset(self) -> Any:
        return Factor.objects.in_use().select_related("user")

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Signing in and sessions"), reverse("security:own"))]

    def get_cancel_url(self) -> str:
        return reverse("security:own")

    def get_success_url(self, obj: Any) -> str:
        return reverse("security:own")

    def perform(self, obj: Factor, form: Any, *, actor: User, at: Any) -> None:
        factors.remove_factor(actor=actor, at=at, factor=obj)


class FactorReset(ActionView):
    """For somebody who lost the device."""

    model = User
    verb = "set_password"
    form_class = ResetForm
    title = gettext_lazy("Reset second factors")
    danger = True
    asks_again = True
    explain = gettext_lazy(
        "All factors and recovery codes are void and all open sessions end; the next sign-in sets up new ones."
    )

    def perform(self, obj: User, form: Any, *, actor: User, at: Any) -> None:
        factors.reset_factors(actor=actor, at=at, person=obj, reason=form.cleaned_data["reason"])


class EndOthers(HouseView):
    """POST: ends one's sessions on all other browsers."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        count = sessions.end_others(person=request.user, at=self.at, keep=request.session.session_key)
        words = ngettext("%(count)d session ended.", "%(count)d sessions ended.", count)
        messages.success(request, words % {"count": count})
        return redirect("security:own")
