"""Exemptions of the architecture's tests, each with its reason; one that is no longer needed fails."""

# Models that have no pages of their own: label -> why.
WITHOUT_PAGES = {
    "accounts.Membership": "shown on the person's page, changed by moving the person",
    "accounts.RoleGrant": "shown on the person's page, given and ended there",
    "audit.AuditLink": "part of an act",
    "audit.AuditSeal": "the chain; its page is audit:integrity",
    "audit.RowChange": "a list with filters; one row's history is audit:row_history",
    "audit.AccessLog": "a list with filters; each line is complete",
}

# Models without a policy: label -> why.
WITHOUT_POLICY = {"jobs.Heartbeat": "one row that the beat writes and /readyz reads; no page shows it"}

# Words of a template that are the same in every language.
SAME_EVERYWHERE = {"SalesOps", "English", "Excel", "CSV", "XLSX", "PDF", "OK", "ID", "JSON", "Esc", "Enter"}
