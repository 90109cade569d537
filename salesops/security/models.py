"""Second factors and the sessions of people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.policies import ScopedQuerySet


class FactorKind(models.TextChoices):
    TOTP = "totp", _("Codes of an app")
    PASSKEY = "passkey", _("Passkey")


class FactorQuerySet(ScopedQuerySet):
    def in_use(self) -> FactorQuerySet:
        return self.filter(removed_at__isnull=True)


class Factor(models.Model):
    """Something a person holds besides the password. ``secret`` is encrypted; a removed one stays as a line."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="factors", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FactorKind)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    secret = models.BinaryField(editable=False)  # TOTP: the encrypted seed; passkey: the public key
    credential_id = models.BinaryField(null=True, editable=False)
    sign_count = models.BigIntegerField(default=0, editable=False)
    last_step = models.BigIntegerField(default=0, editable=False)  # of TOTP: no code works twice
    created_at = models.DateTimeField(_("added"))
    used_at = models.DateTimeField(_("last used"), null=True)
    removed_at = models.DateTimeField(_("removed"), null=True)

    objects = FactorQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "pk"]
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        constraints = [
            models.UniqueConstraint(
                fields=["credential_id"],
                condition=Q(removed_at__isnull=True),
                name="security_factor_credential_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="totp", credential_id__isnull=True)
                | Q(kind="passkey", credential_id__isnull=False),
                name="security_factor_kind_fits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of ten codes for a lost device; only its hash is kept, and it works once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["user_id", "pk"]
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="security_recoverycode_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


# What the browser names itself, in the order in which one name hides another.
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Feishu", "Feishu"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


class SignInSession(models.Model):
    """A sign-in on one browser; ``key`` is that of the stored session."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_ins", verbose_name=_("person")
    )
    key = models.CharField(max_length=40, unique=True, editable=False)
    way = models.CharField(_("way"), max_length=20)
    opened_at = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("why ended"), max_length=20, blank=True)
    address = models.GenericIPAddressField(_("from where"), null=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-pk"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            models.Index(fields=["user", "-seen_at"], name="security_session_user"),
            models.Index(fields=["-seen_at", "-id"], name="security_session_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def device(self) -> str:
        """Browser and system as people call them; what is not known stays as the browser names itself."""
        named = [
            next((name for mark, name in marks if mark in self.agent), "") for marks in (_BROWSERS, _SYSTEMS)
        ]
        return " · ".join(name for name in named if name) or self.agent[:60]


class GrantReview(models.Model):
    """Somebody looked at a role that somebody holds and found it still needed."""

    grant = models.ForeignKey("accounts.RoleGrant", models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("reviewed"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("review of a role")
        verbose_name_plural = _("reviews of roles")
        indexes = [models.Index(fields=["grant", "-at"], name="security_review_grant")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.at:%Y-%m-%d}"
