"""Factors, passkeys, sessions, reviews."""
