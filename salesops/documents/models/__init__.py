"""Stored files, what hangs on them, and what stands on prints."""

from salesops.documents.models.files import Attachment, StoredFile
from salesops.documents.models.letters import Letterhead, PrintText
from salesops.documents.models.papers import Document, DocumentClass

__all__ = ["Attachment", "Document", "DocumentClass", "Letterhead", "PrintText", "StoredFile"]
