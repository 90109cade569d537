"""What needs a person today: late orders, visits not logged, the day of a team."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from customers.models import Visit
from orders.models import Order, OrderLine
from performance.selectors.scene import Scene
from salesops.accounts.models import Membership, RoleGrant, User
from salesops.core.choices import Role


def late_orders(scene: Scene) -> QuerySet[Order]:
    """Confirmed orders past their promised (else required) day and not shipped, most late first."""
    due = Coalesce("promised_date", "required_date")
    rows = Order.objects.visible_to(scene.user).filter(state="confirmed").alias(due=due)
    rows = rows.filter(due__lt=scene.today).annotate(days_late=scene.today - F("due"), due_day=due)
    if scene.region is not None:
        rows = rows.filter(region=scene.region)
    if scene.category is not None:
        rows = rows.filter(
            Exists(OrderLine.objects.filter(order=OuterRef("pk"), product__category=scene.category))
        )
    return _of_scene(rows, scene).select_related("customer", "owner").order_by("due_day", "pk")


def missed_visits(scene: Scene) -> QuerySet[Visit]:
    """Visits planned for a day that is over and neither logged nor cancelled, the latest first."""
    rows = Visit.objects.visible_to(scene.user).filter(state="planned", planned_date__lt=scene.today)
    if scene.region is not None:
        rows = rows.filter(customer__region=scene.region)
    return _of_scene(rows, scene).select_related("customer", "owner").order_by("-planned_date", "pk")


def _of_scene(rows: QuerySet[Any], scene: Scene) -> QuerySet[Any]:
    if scene.person is not None:
        return rows.filter(owner=scene.person)
    return rows.filter(team__in=scene.team_ids) if scene.team_ids is not None else rows


def team_day(scene: Scene, day: date) -> list[dict[str, Any]]:
    """Per person in reach: visits planned, done and missing on a day, and what was ordered (VIS-01, DAY)."""
    members = User.objects.filter(is_active=True, memberships__in=_memberships(scene, day)).distinct()
    people = {u.pk: {"person": u, "planned": 0, "done": 0, "open": 0, "visits": []} for u in members}
    visits = Visit.objects.visible_to(scene.user).filter(visit_date=day).exclude(state="cancelled")
    for visit in _of_scene(visits, scene).select_related("customer", "owner").order_by("visited_at", "pk"):
        row = people.setdefault(
            visit.owner_id, {"person": visit.owner, "planned": 0, "done": 0, "open": 0, "visits": []}
        )
        row["visits"].append(visit)
        row["planned"] += visit.planned_date is not None
        row["done"] += visit.state == "done"
        row["open"] += visit.state == "planned"
    orders = (
        _of_scene(Order.objects.visible_to(scene.user), scene)
        .filter(order_date=day, owner__in=people)
        .exclude(state="cancelled")
        .values("owner")
        .annotate(orders=Count("pk"))
        .order_by("owner")
    )
    counts = {row["owner"]: row["orders"] for row in orders}
    for pk, row in people.items():
        row["orders"] = counts.get(pk, 0)
        row["quiet"] = not row["visits"]
    return sorted(people.values(), key=lambda r: (not r["quiet"], not r["open"], r["person"].name))


def _memberships(scene: Scene, day: date) -> Any:
    sellers = RoleGrant.objects.in_force(day).filter(role__in=[Role.REP, Role.LEAD]).values("user")
    rows = Membership.objects.in_force(day).filter(user__in=sellers)
    if scene.team_ids is not None:
        return rows.filter(team__in=scene.team_ids)
    if scene.reach.everything:
        return rows
    return rows.filter(Q(team__in=scene.reach.team_ids) | Q(user=scene.reach.owner_id))
