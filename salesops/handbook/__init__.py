"""Clauses and rule parameters with effective dates."""
