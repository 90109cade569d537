"""Files are seen by who may see their record now, and changed by who may change it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Level, Policy, register
from salesops.core.subjects import register_records, visible_subject, visible_subjects
from salesops.documents.choices import DocumentState, Secrecy
from salesops.documents.models import Attachment, Document, DocumentClass, Letterhead, PrintText


class AttachmentPolicy(Policy):
    """The access of a file is that of its record, asked anew each time.

    ``download`` of a voided file is left to the audit; nothing of it vanishes.
    """

    matrix = " ".join(f"{role}:all:edit" for role in Role.values)
    owner_path = team_path = None
    verbs = {"download": Level.VIEW, "replace": Level.EDIT, "void": Level.EDIT}

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        return visible_subjects(user)

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if not isinstance(obj, Attachment) or obj.pk is None:
            return super().allows(user, verb, obj)
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        need = "edit" if self.level_of(verb) >= Level.EDIT else "view"
        return visible_subject(user, obj.subject_type, obj.subject_id, need) is not None

    def can_download(self, user: Any, obj: Attachment | None = None) -> bool:
        if obj is not None and obj.voided_at and not user.has_role(Role.AUDITOR, Role.GM):
            return False
        return self.allows(user, "view", obj)


class LettersPolicy(Policy):
    """Everybody reads what stands on prints; few write it."""

    matrix = " ".join(
        f"{role}:all:{'edit' if role in (Role.ADMINISTRATOR, Role.GM, Role.MANAGER, Role.LEGAL) else 'view'}"
        for role in Role.values
    )
    owner_path = team_path = None


KEEPERS = (Role.ADMINISTRATOR, Role.MANAGER, Role.GM, Role.HR, Role.LEGAL)
ALL_SEE = (Role.GM, Role.AUDITOR)


class DocumentClassPolicy(Policy):
    """Everybody sees the classes; who keeps the documents keeps them, too."""

    matrix = " ".join(f"{role}:all:{'edit' if role in KEEPERS else 'view'}" for role in Role.values)
    owner_path = team_path = None


class DocumentPolicy(Policy):
    """Published versions are read by all, secret ones by the roles of their class; drafts by who works on them.

    General manager and auditor see everything. Everybody may write a draft.
    """

    matrix = " ".join(f"{role}:all:{'view' if role == Role.AUDITOR else 'edit'}" for role in Role.values)
    owner_path = team_path = None
    verbs = {
        "review": Level.EDIT,
        "publish": Level.EDIT,
        "revise": Level.EDIT,
        "archive": Level.EDIT,
        "submit": Level.EDIT,
    }

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        roles = {grant.role for grant in user.grants()}
        if not roles:
            return NOTHING
        if roles & set(ALL_SEE):
            return Q()
        mine = Q(author=user) | Q(reviewer=user)
        out = Q(state__in=[DocumentState.PUBLISHED, DocumentState.SUPERSEDED])
        if roles & set(KEEPERS):
            out |= Q(state=DocumentState.ARCHIVED)
        readable = ~Q(document_class__secrecy=Secrecy.SECRET) | Q(
            document_class__readers__overlap=sorted(roles)
        )
        return mine | (out & readable)

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if not isinstance(obj, Document) or obj.pk is None:
            return super().allows(user, verb, obj)
        if not Document.objects.filter(self.scope(user), pk=obj.pk).exists():
            return False
        return self.level_of(verb) < Level.EDIT or (self._works_on(user, obj) and super().allows(user, verb))

    @staticmethod
    def _works_on(user: Any, obj: Document) -> bool:
        return user.pk == obj.author_id or user.has_role(*KEEPERS)

    def can_edit(self, user: Any, obj: Document | None = None) -> bool:
        return self.allows(user, "change", obj)

    def can_review(self, user: Any, obj: Document | None = None) -> bool:
        return obj is None or (user.is_active and user.pk == obj.reviewer_id)

    def can_publish(self, user: Any, obj: Document | None = None) -> bool:
        if obj is None or not obj.document_class.reviewed:
            return self.allows(user, "publish", obj)
        return user.is_active and user.pk == obj.reviewer_id


def register_policies() -> None:
    register(Document, DocumentPolicy())
    register(DocumentClass, DocumentClassPolicy())
    register_records(Document)
    register(Attachment, AttachmentPolicy())
    for model in (Letterhead, PrintText):
        register(model, LettersPolicy())
