"""The targets of one person for a year on one form: months down, key figures across, sums below (TGT-04)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from performance.choices import places_of_target
from performance.kpis import kpi_of
from performance.models import Target
from salesops.accounts.models import User
from salesops.core.periods import Period
from salesops.ui.forms import ActForm, ExactDecimalField

# What a person is measured by together: sales in money and pieces, new customers, money in, visits.
METRICS = ("sal_amt", "sal_vol", "new_cust", "col_amt", "vis_done")
MONTHS = range(1, 13)
FIRST, LAST = 2000, 2099


def cell(metric: str, month: int) -> str:
    return f"{metric}_{month:02d}"


class YearTargetsForm(ActForm):
    """Who, which year, and a cell for each key figure and month; an empty cell sets nothing."""

    staff = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"), label=_("person")
    )
    year = forms.IntegerField(label=_("year"), min_value=FIRST, max_value=LAST)
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for metric in METRICS:
            places = places_of_target(kpi_of(metric).unit)
            for month in MONTHS:
                field = ExactDecimalField(
                    label=f"{kpi_of(metric).title} {month:02d}",
                    max_digits=15,
                    decimal_places=places,
                    min_value=0,
                    required=False,
                )
                name = cell(metric, month)
                field.widget = forms.TextInput(
                    {"class": "form-control form-control-sm num", "inputmode": "decimal", "autocomplete": "off",
                     "aria-label": field.label, "data-sum": metric}
                )  # fmt: skip
                self.fields[name] = field

    @property
    def head(self) -> list[Any]:
        return [kpi_of(metric).title for metric in METRICS]

    @property
    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        for month in MONTHS:
            yield f"{month:02d}", [self[cell(metric, month)] for metric in METRICS]

    @property
    def sums(self) -> list[tuple[str, Decimal]]:
        """What the cells of each key figure add up to, as typed or as on file."""
        return [
            (metric, sum((self._read(cell(metric, month)) for month in MONTHS), Decimal(0)))
            for metric in METRICS
        ]

    def _read(self, name: str) -> Decimal:
        value = self[name].value()
        try:
            return self.fields[name].clean(value) or Decimal(0)
        except forms.ValidationError:
            return Decimal(0)

    def targets(self) -> list[tuple[str, Period, Decimal]]:
        """Metric, month and value of each cell that says something."""
        data = self.cleaned_data
        found = []
        for metric in METRICS:
            for month in MONTHS:
                value = data.get(cell(metric, month))
                if value is not None:
                    found.append((metric, Period.month(data["year"], month), value))
        return found


def on_file(staff: User, year: int, user: Any) -> dict[str, Decimal]:
    """The cells of a person's year that are set already, as far as the reader sees them."""
    whole = Period.parse(f"{year:04d}")
    rows = Target.objects.visible_to(user).filter(
        staff=staff, metric__in=METRICS, period_start__gte=whole.start, period_end__lte=whole.end
    )
    return {
        cell(row.metric, row.period_start.month): row.value.quantize(
            Decimal(1).scaleb(-places_of_target(kpi_of(row.metric).unit))
        )
        for row in rows
        if row.period.kind == "month"
    }
