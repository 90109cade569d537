"""Counters of document numbers."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given for a class in a year; its row lock makes the series gapless."""

    document_class = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["document_class", "year"]
        constraints = [
            models.UniqueConstraint(fields=["document_class", "year"], name="numbering_series_class_year")
        ]

    def __str__(self) -> str:
        return f"{self.document_class}-{self.year}: {self.last}"
