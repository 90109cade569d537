"""Between the password and the house: the second step, and being asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from salesops.accounts.models import User
from salesops.accounts.signin import BACKEND, address_is_tired, guessed_too_often, tired_answer
from salesops.audit.services import access
from salesops.core.errors import Conflict, DomainError
from salesops.security.forms import CodeForm, ConfirmForm
from salesops.security.services import factors, passkeys, sessions
from salesops.ui.views.base import HouseView

WAITING, CHALLENGE = "security_waiting", "security_challenge"
PATIENCE = timedelta(minutes=10)


def host_of(request: HttpRequest) -> str:
    """The name that passkeys are bound to: the checked host without its port."""
    return request.get_host().rsplit(":", 1)[0]


def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def wait_for_second_step(request: HttpRequest, person: User, target: str) -> HttpResponse:
    """The password was right; nobody is signed in before the second step."""
    request.session.cycle_key()
    request.session[WAITING] = {
        "user": person.pk,
        "password": person.get_session_auth_hash(),
        "at": timezone.now().isoformat(),
        "next": target,
    }
    return redirect("security:second_step")


@method_decorator((never_cache, sensitive_post_parameters("code")), "dispatch")
class SecondStep(View):
    """A code, a recovery code or a passkey; ten minutes after the password it is asked for anew."""

    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        person = self.waiting()
        if person is None:
            return redirect("accounts:login")
        if request.method == "POST" and address_is_tired(request):
            return tired_answer(request)
        self.person = person
        return super().dispatch(request, *args, **kwargs)

    def waiting(self) -> User | None:
        note = self.request.session.get(WAITING)
        if not isinstance(note, dict):
            return None
        since = parse_datetime(note["at"])
        if since is None or timezone.now() - since > PATIENCE:
            del self.request.session[WAITING]
            return None
        person = User.objects.filter(pk=note["user"], is_active=True).first()
        if person is None or not constant_time_compare(person.get_session_auth_hash(), note["password"]):
            return None  # has left, or the password of the first step is not the present one any more
        return person

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        at = timezone.now()
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            way = self.prove(form.cleaned_data, at)
        except DomainError as error:
            name = f"{self.person.username} (2)"
            locked = isinstance(error, Conflict)
            access.log_sign_in_failed(name=name, at=at, request=request, locked=locked, person=self.person)
            form.add_error("code", str(error))
            return self.show(form)
        target = request.session[WAITING]["next"]
        login(request, self.person, backend=BACKEND)
        request.session.pop(WAITING, None)
        sessions.open_session(request=request, person=self.person, at=at, way=way)
        access.log_sign_in(actor=self.person, at=at, request=request, way=way)
        if way == "recovery":
            return redirect("security:own")
        return redirect(target or "/")

    def prove(self, data: dict[str, str], at: Any) -> str:
        if data["passkey"]:
            passkeys.verify_passkey(
                person=self.person,
                at=at,
                answer=data["passkey"],
                challenge=self.request.session.pop(CHALLENGE, ""),
                host=host_of(self.request),
                origin=origin_of(self.request),
            )
            return "passkey"
        return factors.verify_code(person=self.person, at=at, code=data["code"])

    def show(self, form: CodeForm) -> HttpResponse:
        options = None
        if factors.has_passkey(self.person):
            options = passkeys.options_to_prove(self.person, host=host_of(self.request))
            self.request.session[CHALLENGE] = options["challenge"]
        context = {"form": form, "title": _("Second step"), "options": options}
        return render(self.request, "security/second_step.html", context)


@method_decorator((never_cache, sensitive_post_parameters("password")), "dispatch")
class Confirm(RedirectURLMixin, HouseView):
    """Who is there? Asked before acts that move money or rights."""

    next_page = "/"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(ConfirmForm())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if address_is_tired(request):
            return tired_answer(request)
        form = ConfirmForm(request.POST)
        if form.is_valid() and self.proved(form):
            request.session[sessions.PROVED] = self.at.isoformat()
            return redirect(self.get_success_url())
        return self.show(form)

    def proved(self, form: ConfirmForm) -> bool:
        data = form.cleaned_data
        person = self.request.user
        if guessed_too_often(person, self.at):
            form.add_error("password", _("Too many wrong passwords. Wait a quarter of an hour."))
            return False
        if data["passkey"]:
            try:
                passkeys.verify_passkey(
                    person=person,
                    at=self.at,
                    answer=data["passkey"],
                    challenge=self.request.session.pop(CHALLENGE, ""),
                    host=host_of(self.request),
                    origin=origin_of(self.request),
                    alone=True,
                )
                return True
            except DomainError as error:
                form.add_error("password", str(error))
        elif person.check_password(data["password"]):
            return True
        else:
            form.add_error("password", _("This is not your present password."))
        name = person.get_username()
        access.log_sign_in_failed(name=name, at=self.at, request=self.request, person=person)
        return False

    def show(self, form: ConfirmForm) -> HttpResponse:
        options = None
        if factors.has_passkey(self.request.user):
            options = passkeys.options_to_prove(self.request.user, host=host_of(self.request), alone=True)
            self.request.session[CHALLENGE] = options["challenge"]
        context = {
            "form": form,
            "title": _("Who is there?"),
            "next": self.get_redirect_url(),
            "options": options,
        }
        return render(self.request, "security/confirm.html", context)


class PasskeyOptions(HouseView):
    """What the browser needs to make a passkey, as JSON."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        options = passkeys.options_to_add(request.user, host=host_of(request))
        request.session[CHALLENGE] = options["challenge"]
        return JsonResponse(options)
