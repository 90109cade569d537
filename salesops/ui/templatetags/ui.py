"""``{% load ui %}``: icons, money, dates, pills, people, links."""

from __future__ import annotations

import functools
import json
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import localize, number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.core.money import round_money
from salesops.ui import marks
from salesops.ui.charts import Chart, Series
from salesops.ui.links import shown_url
from salesops.ui.registries import clauses, refusal_labels, releases
from salesops.ui.shell import shell as draw

register = template.Library()


@functools.cache
def _sprite() -> str:
    return static("icons.svg")


@register.simple_tag(takes_context=True)
def shell(context: Any, part: str) -> SafeString:
    """A part of the frame; see ``shell.py``."""
    return draw(part, context)


@register.simple_tag
@functools.lru_cache(maxsize=256)
def icon(name: str, css: str = "") -> SafeString:
    """An icon of our sprite; it is decoration, the word beside it says what it means."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        _sprite(),
        name,
    )


@register.filter
def money(amount: Any, currency: Any = "") -> SafeString | str:
    """An amount as the language writes it; negative in colour and with its sign."""
    if amount in (None, ""):
        return marks.EMPTY
    amount = Decimal(amount)
    places = marks.shown_places(amount, currency)
    text = marks.amount_text(amount, places).replace("-", "−")
    of = f' <span class="cur">{marks.escaped(str(currency))}</span>' if currency else ""
    return SafeString(f'<span class="{"amount neg" if amount < 0 else "amount"}">{text}</span>{of}')


@register.filter
def report_cell(value: Any) -> Any:
    """A figure of a printed report: an amount as the language writes it, anything else as it is."""
    return money(value) if isinstance(value, Decimal) else ("" if value is None else value)


@register.filter
def quantity(value: Any) -> str:
    """A quantity without trailing zeros."""
    if value in (None, ""):
        return marks.EMPTY
    value = Decimal(value).normalize()
    if value.as_tuple().exponent > 0:
        value = value.quantize(Decimal(1))
    return number_format(value, force_grouping=True)


@register.filter
def price(value: Any) -> str:
    """A price of one piece: two places, or as many as it has."""
    if value in (None, ""):
        return marks.EMPTY
    exponent = Decimal(value).normalize().as_tuple().exponent
    return number_format(value, decimal_pos=max(2, -int(exponent)), force_grouping=True)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A fraction in percent: 0.125 is 12.5 %."""
    if value in (None, ""):
        return marks.EMPTY
    return f"{number_format(round_money(Decimal(value) * 100, places), places)} %"


@register.simple_tag(takes_context=True)
def when(context: Any, value: date | datetime | None) -> Any:
    """A date relative where it is near ("in 3 days"), else exact; the exact date is always at hand."""
    if value is None:
        return marks.EMPTY
    day = timezone.localdate(value) if isinstance(value, datetime) else value
    distance = (day - timezone.localdate()).days
    exact = marks.exact_date(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', day.isoformat(), exact, near(distance) or exact
    )


def near(days: int) -> str:
    """ "in 3 days" up to two weeks away; "" beyond."""
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if 0 < days <= 14:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    if -14 <= days < 0:
        return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
    return ""


@register.simple_tag
def state(record: Any, field: str = "state") -> SafeString:
    """The pill of a record's state."""
    return marks.state_pill(record, field)


@register.simple_tag
def pill(word: Any, tone: str = "plain") -> SafeString:
    return marks.pill(word, tone)


@register.filter
def person(value: Any) -> SafeString:
    """A person with initials and name."""
    return marks.person_mark(value)


@register.filter
def link(record: Any, text: Any = "") -> Any:
    """A record as a link to its page."""
    if record is None:
        return marks.EMPTY
    url = shown_url(record)
    return format_html('<a href="{}">{}</a>', url, text or record) if url else (text or record)


@register.simple_tag
def options(rows: Any, chosen: Any = None) -> SafeString:
    """Records as the options of a select, ``chosen`` (a record or ``None``) selected; a loop takes ten times as long."""
    parts = []
    key = None if chosen is None else chosen.pk
    for row in rows:
        selected = " selected" if row.pk == key else ""
        parts.append(f'<option value="{row.pk}"{selected}>{marks.escaped(str(row))}</option>')
    return SafeString("".join(parts))


@register.simple_tag
def figure_cells(cells: Any, as_money: bool, label: str = "") -> SafeString:
    """Cells of a table of figures, each a link to its rows; one cell or several: ``value``, ``count``, ``url``, ``label``."""
    parts = []
    for cell in [cells] if isinstance(cells, dict) else cells:
        shown = str(marks.EMPTY)
        if cell["count"]:
            value = money(cell["value"]) if as_money else escape(localize(cell["value"]))
            shown = f'<a href="{escape(cell["url"])}">{value}</a>'
        parts.append(f'<td class="num" data-label="{marks.escaped(label or cell["label"])}">{shown}</td>')
    return SafeString("".join(parts))


@register.filter
def exact(value: Any) -> Any:
    """A date or moment in figures."""
    return marks.exact_date(value)


@register.filter
def plain(value: Any) -> str:
    """A number as a machine reads it: keys and sizes in attributes carry no thousands separator."""
    return str(value)


@register.filter
def html_lang(code: str) -> str:
    """The language tag of a page, with script and region where fonts depend on them."""
    return {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant-TW"}.get(code, code)


@register.filter
def refusal_figures(error: Any) -> list[tuple[str, Any]]:
    """The figures of a refusal that people can read: name and value."""
    shown = []
    for name, value in error.figures.items():
        if (
            isinstance(value, (Decimal, int, str, date))
            and not isinstance(value, bool)
            and name != "existing"
        ):
            label = refusal_labels.get(name)
            if label:
                shown.append((label, money(value) if isinstance(value, Decimal) else value))
    return shown


@register.filter
def refusal_clause(error: Any) -> dict[str, Any]:
    """Text and page of the handbook clause behind a refusal, through the registered reader."""
    return clauses.read(error.clause) if error.clause else {}


@register.simple_tag(takes_context=True)
def refusal_release(context: Any, error: Any) -> dict[str, Any]:
    """Who can lift a refusal, and the button that asks them; of a clause nobody releases, who sets it."""
    request = context.get("request")
    if request is None:
        return {}
    offer = getattr(error, "release", None)
    if offer is None and getattr(error, "clause", ""):
        return {**releases.read(clauses.read(error.clause).get("ask"), request.user), "who": []}
    return releases.read(offer, request.user)


@register.filter
def styled(field: Any) -> SafeString:
    """A bound field as the house draws it, outside crispy's layouts; errors are tied to it."""
    widget = field.field.widget
    css = "form-select" if getattr(widget, "input_type", "") == "select" else "form-control"
    if getattr(widget, "input_type", "") == "checkbox":
        css = "form-check-input"
    attrs = {"class": f"{widget.attrs.get('class', '')} {css}{' is-invalid' if field.errors else ''}".strip()}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    return field.as_widget(attrs=attrs)


@register.filter
def figure_value(value: Any, kind: str = "money") -> Any:
    """The large value of a figure: amounts without cents from 10,000 on, counts as they are, shares in percent."""
    if value is None:
        return marks.EMPTY
    if kind == "percent":
        return percent(value)
    if kind != "money":
        return quantity(value)
    value = Decimal(value)
    text = number_format(value, 0 if abs(value) >= 10_000 else 2, force_grouping=True).replace("-", "−")
    return format_html('<span class="neg">{}</span>', text) if value < 0 else text


@register.filter
def signed_percent(value: Any) -> str:
    """A change with its sign and an arrow: ▲ +4.2 %."""
    if value is None:
        return ""
    value = Decimal(str(value)) * 100
    text = number_format(abs(value), 1)
    return f"▲ +{text} %" if value > 0 else f"▼ −{text} %" if value < 0 else f"± {text} %"


def _chart(value: Any) -> Chart:
    """A chart, also when it was given as a plain dict."""
    if isinstance(value, Chart):
        return value
    series = [s if isinstance(s, Series) else Series(**_known(Series, s)) for s in value["series"]]
    return Chart(**{**_known(Chart, value), "series": series})


def _known(kind: type, value: dict[str, Any]) -> dict[str, Any]:
    """What the page adds for itself stays with the page."""
    return {name.name: value[name.name] for name in fields(kind) if name.name in value}


@register.filter
def chart_payload(value: Any) -> dict[str, Any]:
    return _chart(value).payload


@register.filter
def chart_data(payload: dict[str, Any]) -> str:
    """What the chart is drawn from; as text of an element, since parts that follow a page may bring no script."""
    return json.dumps(payload, cls=DjangoJSONEncoder, ensure_ascii=False)


@register.filter
def chart_table(value: Any) -> Any:
    return _chart(value).table


@register.filter
def chart_value(value: Any) -> str:
    """A value in the table of a chart: at most two places, as the labels of the chart have."""
    return quantity(value if value in (None, "") else round_money(Decimal(str(value))))
