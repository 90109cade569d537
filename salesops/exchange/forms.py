"""The upload, and the table that says where each column comes from."""

from __future__ import annotations

import tomllib
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.exchange.reading.source import find_header
from salesops.exchange.registry import Column, ImportKind
from salesops.ui.forms import ActForm

_DATES = {"date", "datetime"}
AS_MAPPED = "="  # the choice that stands for several columns, which only a mapping file can put together


class UploadForm(ActForm):
    """What is imported, and from which file."""

    kind = forms.ChoiceField(label=gettext_lazy("What is in the file?"))
    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"))
    mapping = forms.FileField(
        label=gettext_lazy("Mapping file"),
        required=False,
        help_text=gettext_lazy("Only if you have one from an earlier import (TOML)."),
    )

    def __init__(self, *args: Any, kinds: list[ImportKind] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.title) for kind in kinds]

    def clean_mapping(self) -> dict[str, Any] | None:
        file = self.cleaned_data.get("mapping")
        if file is None:
            return None
        if file.size > 256 * 1024:
            raise forms.ValidationError(_("A mapping file is smaller than that."))
        try:
            return tomllib.loads(file.read().decode("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise forms.ValidationError(
                _("The mapping file cannot be read: %(reason)s.") % {"reason": error}
            ) from None


class MappingForm(forms.Form):
    """One line per canonical column: a source column, or one value for all rows, and how dates are written."""

    skip_bad = forms.BooleanField(
        label=gettext_lazy("Load the good rows even if others are rejected"), required=False
    )
    allocate = forms.BooleanField(
        label=gettext_lazy("Settle the oldest due items where no receivable is named"), required=False
    )
    duplicates = forms.ChoiceField(
        label=gettext_lazy("Rows with the same key and other values"),
        required=False,
        choices=[
            ("reject", gettext_lazy("reject them")),
            ("first", gettext_lazy("the first one counts")),
            ("last", gettext_lazy("the last one counts")),
        ],
    )

    def __init__(
        self, *args: Any, kind: ImportKind, headers: list[str], before: dict[str, Any], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.kind, self.headers, self.before = kind, headers, before
        if "allocate" not in kind.options:
            del self.fields["allocate"]
        if kind.group:
            del self.fields["duplicates"]
        choices = [("", "—"), *[(header, header) for header in headers if header]]
        for column in kind.columns:
            options = before.get("columns", {}).get(column.name, {})
            self._line(column, options, choices)
        for name in kind.creatable:
            if kind.column(name) or any(column.lookup == name for column in kind.columns):
                self.fields[f"look_{name}"] = forms.BooleanField(
                    required=False, initial=before.get("lookups", {}).get(name) == "create"
                )

    def _line(self, column: Column, options: dict[str, Any], choices: list[tuple[str, str]]) -> None:
        source, label = self._source_of(options)
        if source == AS_MAPPED:
            choices = [*choices, (source, label)]
        self.fields[f"col_{column.name}"] = forms.ChoiceField(
            choices=choices, required=False, initial=source, label=column.name
        )
        self.fields[f"const_{column.name}"] = forms.CharField(
            required=False, max_length=200, initial=self.before.get("constants", {}).get(column.name, "")
        )
        if column.type in _DATES:
            formats = options.get("format") or options.get("formats") or ""
            self.fields[f"fmt_{column.name}"] = forms.CharField(
                required=False,
                max_length=300,
                initial=formats if isinstance(formats, str) else "; ".join(formats),
            )

    def _source_of(self, options: dict[str, Any]) -> tuple[str, str]:
        """The column of the file that a mapping means, however it spells it; or several that it puts together."""
        wanted = options.get("column", [])
        for spelling in [wanted] if isinstance(wanted, str) else wanted:
            if spelling and (index := find_header(self.headers, str(spelling))) is not None:
                return self.headers[index], self.headers[index]
        for name, sign in (("concat", " + "), ("multiply", " x ")):
            if parts := options.get(name):
                return AS_MAPPED, sign.join(p if isinstance(p, str) else "/".join(map(str, p)) for p in parts)
        return "", ""

    def lines(self) -> list[dict[str, Any]]:
        """What the page shows per column."""
        return [
            {
                "column": column,
                "source": self[f"col_{column.name}"],
                "constant": self[f"const_{column.name}"],
                "format": self[f"fmt_{column.name}"] if column.type in _DATES else None,
            }
            for column in self.kind.columns
        ]

    def lookups(self) -> list[tuple[str, Any]]:
        return [(name[5:], self[name]) for name in self.fields if name.startswith("look_")]

    def mapping(self) -> dict[str, Any]:
        """The sections of the mapping; options that the page does not show are kept."""
        data = self.cleaned_data
        columns, constants = {}, {}
        old = self.before.get("columns", {})
        for column in self.kind.columns:
            source = data.get(f"col_{column.name}")
            if source:
                columns[column.name] = self._options(column, source, old.get(column.name, {}))
            elif data.get(f"const_{column.name}"):
                constants[column.name] = data[f"const_{column.name}"]
        lookups = {name: "create" for name, _field in self.lookups() if data.get(f"look_{name}")}
        file = {**self.before.get("file", {})}
        if data.get("duplicates"):
            file["duplicates"] = data["duplicates"]
        return {
            "columns": columns,
            "constants": constants,
            "lookups": lookups,
            "skip": {k: v for k, v in self.before.get("skip", {}).items() if k in columns or "column" in v},
            "file": file,
        }

    def _options(self, column: Column, source: str, before: dict[str, Any]) -> dict[str, Any]:
        same = self._source_of(before)[0] == source
        options = dict(before) if same else {"column": source}
        if column.type in _DATES:
            options.pop("format", None)
            options.pop("formats", None)
            patterns = [
                p.strip() for p in self.cleaned_data.get(f"fmt_{column.name}", "").split(";") if p.strip()
            ]
            if len(patterns) == 1:
                options["format"] = patterns[0]
            elif patterns:
                options["formats"] = patterns
        return options
