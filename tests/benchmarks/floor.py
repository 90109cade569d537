"""The bare pages that ours are measured against: the same session, sign-in and server, nothing else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

PAGE = engines["django"].from_string(
    "<!doctype html><title>floor</title><p>{{ total }}</p><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


@login_required
def floor_list(request: HttpRequest) -> HttpResponse:
    """Three queries and a table of 50 rows with 5 columns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM orders_order LIMIT 10000) c")
        (total,) = cursor.fetchone()
        cursor.execute("SELECT 1")
        cursor.execute(
            "SELECT number, order_date, state, total, currency_id FROM orders_order "
            "ORDER BY order_date DESC, id DESC LIMIT 50"
        )
        rows = cursor.fetchall()
    return HttpResponse(PAGE.render({"rows": rows, "total": total}))


urlpatterns = [path("floor-list/", floor_list), path("", include("salesops.urls"))]
