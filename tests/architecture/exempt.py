"""Exemptions of the architecture's tests, each with its reason; one that is no longer needed fails."""

# Models that have no pages of their own: label -> why.
WITHOUT_PAGES = {
    "accounts.Membership": "shown on the person's page, changed by moving the person",
    "accounts.RoleGrant": "shown on the person's page, given and ended there",
    "audit.AuditLink": "part of an act",
    "audit.AuditSeal": "the chain; its page is audit:integrity",
    "audit.RowChange": "a list with filters; one row's history is audit:row_history",
    "audit.AccessLog": "a list with filters; each line is complete",
    "calendar.CalendarYear": "a mark on the month page",
    "catalog.Currency": "a list; each line is complete",
    "catalog.PriceEntry": "shown on the pages of the product and of the price list, set there",
    "handbook.RuleValue": "shown as the history of its clause",
    "jobs.Heartbeat": "shown as a line on the page of jobs",
    "jobs.JobItem": "shown on its run's page",
    "jobs.JobWatch": "from when on a job is looked after; shown as the days due",
    "jobs.OutboxMessage": "a list with filters; each line is complete",
    "notifications.Notification": "opening one leads to what it is about",
    "numbering.NumberSeries": "counters; the rule is a clause of the handbook",
}

# Models without a policy: label -> why.
WITHOUT_POLICY = {"jobs.Heartbeat": "one row that the beat writes and /readyz reads; no page shows it"}

# Words of a template that are the same in every language.
SAME_EVERYWHERE = {"SalesOps", "English", "Excel", "CSV", "XLSX", "PDF", "OK", "ID", "JSON", "Esc", "Enter"}
