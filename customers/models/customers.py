"""The customer file (CUS-01) with dated ownership (architecture §5.6)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import AddressKind, BlockScope, Channel, CustomerClass, CustomerKind, Grade, LifeCycle
from customers.choices.deals import DealPart
from salesops.core.models import Record
from salesops.core.money import FractionField, MoneyField
from salesops.core.policies import ScopedQuerySet


class Customer(Record):
    """A customer file. ``owner`` and ``team`` say who has it now; ``CustomerOwnership`` says since when."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("legal name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=100, blank=True)
    name_key = models.CharField(max_length=200, editable=False, db_index=True, default="")
    kind = models.CharField(_("kind"), max_length=10, choices=CustomerKind, default=CustomerKind.COMPANY)
    customer_class = models.CharField(
        _("class"), max_length=10, choices=CustomerClass, default=CustomerClass.POTENTIAL
    )
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True, db_index=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    tax_override_reason = models.CharField(_("why the tax number is right"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        editable=False,
        verbose_name=_("team"),
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    created_date = models.DateField(_("customer since"))
    annual_revenue = MoneyField(verbose_name=_("annual revenue"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subsidiaries", verbose_name=_("group")
    )
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    payment_term = models.ForeignKey(
        "catalog.PaymentTerm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payment terms"),
    )
    credit_limit = MoneyField(verbose_name=_("credit limit"), null=True, blank=True)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    legal_rep = models.CharField(_("legal representative"), max_length=100, blank=True)
    registered_capital = MoneyField(verbose_name=_("registered capital"), null=True, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    yearly_potential = MoneyField(verbose_name=_("purchases possible in a year"), null=True, blank=True)
    competitor_suppliers = models.CharField(_("buys from competitors"), max_length=300, blank=True)
    preferences = models.TextField(_("preferences"), blank=True)
    service_plan = models.TextField(_("plan for this customer"), blank=True)
    visit_every = models.PositiveSmallIntegerField(
        _("own rhythm of visits (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("Empty: the rhythm of the class."),
    )
    culture_notes = models.TextField(_("culture and etiquette"), blank=True)
    lifecycle = models.CharField(
        _("life cycle"), max_length=12, choices=LifeCycle, default=LifeCycle.POTENTIAL, editable=False
    )
    lifecycle_since = models.DateField(_("life cycle since"), null=True, blank=True, editable=False)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True, editable=False)
    grade_since = models.DateField(_("grade since"), null=True, blank=True, editable=False)
    confirmed_on = models.DateField(_("data confirmed on"), null=True, blank=True, editable=False)
    protected_until = models.DateField(_("protected until"), null=True, blank=True, editable=False)
    blocked_scope = models.CharField(
        _("blocked for"), max_length=6, choices=BlockScope, blank=True, editable=False
    )
    blocked_reason = models.CharField(_("why blocked"), max_length=300, blank=True, editable=False)
    blocked_since = models.DateField(_("blocked since"), null=True, blank=True, editable=False)
    pool_since = models.DateField(_("in the pool since"), null=True, blank=True, editable=False)
    # A file that was merged stays as another name of the file it was merged into; documents keep it.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_files",
        verbose_name=_("merged into"),
    )
    has_merged = models.BooleanField(default=False, editable=False)

    # Where pickers look.
    choice_search = ("code", "name", "short_name")

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="customers_customer_code_given"),
            models.CheckConstraint(condition=~Q(name=""), name="customers_customer_name_given"),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0),
                name="customers_customer_credit_limit_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(annual_revenue__isnull=True) | Q(annual_revenue__gte=0),
                name="customers_customer_revenue_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="customers_customer_not_its_own_group",
            ),
            models.CheckConstraint(
                condition=Q(registered_capital__isnull=True) | Q(registered_capital__gte=0),
                name="customers_customer_capital_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(yearly_potential__isnull=True) | Q(yearly_potential__gte=0),
                name="customers_customer_potential_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="customers_customer_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(pool_since__isnull=True) | Q(owner__isnull=True),
                name="customers_customer_pool_has_no_owner",
            ),
            models.CheckConstraint(
                condition=Q(blocked_scope="") | ~Q(blocked_reason=""),
                name="customers_customer_block_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "code", "id"], name="customers_cust_owner_code"),
            models.Index(fields=["team", "code", "id"], name="customers_cust_team_code"),
            models.Index(fields=["name", "id"], name="customers_cust_name"),
            models.Index(fields=["created_date", "id"], name="customers_cust_created"),
            models.Index(fields=["customer_class", "code", "id"], name="customers_cust_class"),
            models.Index(fields=["grade", "code", "id"], condition=~Q(grade=""), name="customers_cust_grade"),
            models.Index(fields=["tax_number"], condition=~Q(tax_number=""), name="customers_cust_tax"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="customers_cust_phone"),
            models.Index(
                fields=["pool_since", "id"],
                condition=Q(pool_since__isnull=False),
                name="customers_cust_pool",
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customers_cust_merged"
            ),
            models.Index(
                fields=["visit_every"],
                condition=Q(visit_every__isnull=False),
                name="customers_cust_own_rhythm",
            ),
            models.Index(OpClass(Upper("code"), "text_pattern_ops"), name="customers_cust_found_code"),
            models.Index(OpClass(Upper("name"), "text_pattern_ops"), name="customers_cust_found_name"),
        ]

    text_paths = ("short_name", "name")

    def __str__(self) -> str:
        return self.called(self.short_name, self.name)

    @staticmethod
    def called(short_name: str, name: str) -> str:
        """What people read as the customer's name, also where only the two columns are at hand."""
        return short_name or name

    def get_absolute_url(self) -> str:
        return reverse("customers:customer_detail", args=[self.pk])


class OwnershipQuerySet(ScopedQuerySet):
    """Rows with ``from_date`` and ``to_date``; both days belong to the row, no ``to_date`` means open."""

    def in_force(self, on: date) -> OwnershipQuerySet:
        return self.reached(on).filter(from_date__lte=on)

    def reached(self, day: date) -> OwnershipQuerySet:
        """Rows in force on that day or later."""
        return self.filter(Q(to_date__isnull=True) | Q(to_date__gte=day))


class CustomerOwnership(models.Model):
    """Who had a customer from when to when, and with which share of the credit (shares of a day sum to 1)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="ownerships")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    share = FractionField(verbose_name=_("share"), default=1)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = OwnershipQuerySet.as_manager()

    class Meta:
        ordering = ["customer_id", "-from_date", "pk"]
        verbose_name = _("ownership")
        verbose_name_plural = _("ownership history")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="customers_ownership_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=1), name="customers_ownership_share_in_range"
            ),
            ExclusionConstraint(
                name="customers_ownership_one_row_a_day",
                expressions=[
                    (
                        Func(F("customer_id"), F("customer_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("owner_id"), F("owner_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("from_date"), F("to_date"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            # That the shares of a day never come to more than one is held by a trigger (0011).
        ]
        indexes = [
            models.Index(fields=["owner", "from_date"], name="customers_ownership_owner"),
            models.Index(fields=["customer"], condition=Q(share__lt=1), name="customers_ownership_shared"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} – {self.owner}"


class Contact(Record):
    """A person at the customer. Phone and e-mail are masked by role."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contacts", verbose_name=_("customer")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    title = models.CharField(_("post"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    second_phone = models.CharField(_("second telephone"), max_length=60, blank=True)
    chat = models.CharField(_("chat account"), max_length=100, blank=True)
    part = models.CharField(
        pgettext_lazy("contact", "part in decisions"), max_length=12, choices=DealPart, blank=True
    )
    channel = models.CharField(_("likes to be reached by"), max_length=8, choices=Channel, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    habits = models.CharField(_("habits and wishes"), max_length=300, blank=True)
    is_primary = models.BooleanField(_("main contact"), default=False)
    left = models.BooleanField(_("has left"), default=False)

    class Meta:
        ordering = ["customer_id", "-is_primary", "name", "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_primary=True), name="customers_contact_one_primary"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="customers_contact_name_given"),
        ]
        indexes = [
            models.Index(fields=["phone"], condition=~Q(phone=""), name="customers_contact_phone"),
            models.Index(
                fields=["second_phone"], condition=~Q(second_phone=""), name="customers_contact_phone2"
            ),
            models.Index(fields=["name", "id"], include=["customer"], name="customers_contact_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Address(Record):
    """A further address of a customer; one of each kind is used unless another one is chosen."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="addresses", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=AddressKind, default=AddressKind.SHIP)
    text = models.CharField(_("address"), max_length=300)
    receiver = models.CharField(_("receiver"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    is_default = models.BooleanField(_("the usual one of its kind"), default=False)

    class Meta:
        ordering = ["customer_id", "kind", "-is_default", "pk"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(is_default=True),
                name="customers_address_one_default",
            )
        ]

    def __str__(self) -> str:
        return self.text
