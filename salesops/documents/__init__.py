"""Attachments, documents with classes and versions, prints."""
