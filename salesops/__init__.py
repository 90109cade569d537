"""The kernel of SalesOps: everything a department needs that knows no sales rule."""

from salesops.celery import app as celery_app

__all__ = ["celery_app"]
