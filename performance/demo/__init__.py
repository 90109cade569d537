"""The demo company: a manufacturer of houseware that sells at home and abroad (interfaces §2).

Deterministic: the same options on the same day give the same rows. History is loaded in bulk with COPY, so
that a million receivables are practical; the last days run through the real services, so that every record
kind shows every state with its timeline, notices and approvals of the real thing.
"""
