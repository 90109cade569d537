"""Uploads, and why a file is voided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.core.choices import Role
from salesops.documents.choices import PrintPlace
from salesops.documents.kinds import KINDS
from salesops.documents.letters import NAMES
from salesops.documents.models import Document, DocumentClass, Letterhead
from salesops.documents.printing import prints
from salesops.ui.forms import ActForm, RecordForm, SavedByService
from salesops.ui.uploads import was_too_large

ACCEPT = ",".join(f".{ending}" for ending in KINDS)
MOST_AT_ONCE = 20


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files; their content is judged by the service."""

    widget = FilesInput(attrs={"accept": ACCEPT, "multiple": True})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        super().__init__(*args, allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and not self.required:
            return []
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most %(most)d files at once.") % {"most": MOST_AT_ONCE})
        return [super(FilesField, self).clean(file) for file in files]


class WithFiles(ActForm):
    """Tells an upload that the door did not take."""

    request: Any = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if was_too_large(self.request) and "file" in self.fields:
            self.errors.pop("file", None)
            self.add_error("file", _("This is more than is taken in one upload."))
        return cleaned


class UploadForm(WithFiles):
    file = FilesField(label=gettext_lazy("Files"))
    note = forms.CharField(label=gettext_lazy("What it is"), max_length=200, required=False)


class ReplaceForm(WithFiles):
    file = forms.FileField(
        label=gettext_lazy("New version"),
        max_length=500,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    note = forms.CharField(label=gettext_lazy("What it is"), max_length=200, required=False)


class VoidForm(ActForm):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class LetterheadForm(RecordForm):
    wide = ("address_en", "address_zh_hans", "address_zh_hant")

    class Meta:
        model = Letterhead
        fields = (
            "from_date",
            "name_en",
            "name_zh_hans",
            "name_zh_hant",
            "address_en",
            "address_zh_hans",
            "address_zh_hant",
            "tax_number",
            "phone",
            "email",
            "bank",
        )


class PrintTextForm(ActForm):
    print_key = forms.ChoiceField(label=gettext_lazy("Print"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Place"), choices=PrintPlace.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")],
    )
    from_date = forms.DateField(label=gettext_lazy("From"))
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(template.key, template.label) for template in prints]
        self.fields["print_key"].choices = [("", _("all prints")), *choices]
        known = " · ".join(f"{{{name}}} {words}" for name, words in NAMES.items())
        self.fields["body"].help_text = _("Filled in: %(names)s") % {"names": known}


class DocumentClassForm(RecordForm):
    readers = forms.MultipleChoiceField(
        label=gettext_lazy("Roles that read secret ones"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = DocumentClass
        fields = (
            "code",
            "name_en",
            "name_zh_hans",
            "name_zh_hant",
            "secrecy",
            "readers",
            "keep_years",
            "reviewed",
        )


class DocumentForm(SavedByService, WithFiles, forms.ModelForm):
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        max_length=500,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("A file that is there stays until another one is chosen."),
    )

    class Meta:
        model = Document
        fields = ("document_class", "title", "summary", "reviewer")
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}


class NoteForm(ActForm):
    note = forms.CharField(label=gettext_lazy("What is to be changed"), max_length=500)


class PublishForm(ActForm):
    note = forms.CharField(label=gettext_lazy("What the reviewer says"), max_length=500, required=False)
