"""Exemptions of the architecture's tests, each with its reason; one that is no longer needed fails."""

# Models that have no pages of their own: label -> why.
WITHOUT_PAGES = {
    "accounts.Membership": "shown on the person's page, changed by moving the person",
    "accounts.RoleGrant": "shown on the person's page, given and ended there",
    "accounts.Delegation": "shown on the person's page, set and ended there",
    "approvals.Ask": "a line of its request's steps",
    "approvals.AskedPerson": "shown with the request's steps",
    "approvals.Decision": "a line of its request's history",
    "approvals.FlowRoute": "shown and changed on the flow's page",
    "approvals.FlowStep": "shown and changed on the flow's page",
    "approvals.RequestCopy": "shown on the request's page",
    "approvals.RouteCondition": "shown and changed with its route",
    "approvals.StepApprover": "shown and changed with its step",
    "audit.AuditLink": "part of an act",
    "audit.AuditSeal": "the chain; its page is audit:integrity",
    "audit.RowChange": "a list with filters; one row's history is audit:row_history",
    "ui.FormReceipt": "one-time keys of forms",
    "ui.SavedView": "tabs above the list that they belong to",
    "documents.StoredFile": "content; read through what it belongs to",
    "exchange.ImportedRange": "part of an import, shown on its page",
    "customers.CustomerOwnership": "shown on the customer's page, changed by handing over",
    "customers.Address": "shown and edited on the customer's page",
    "orders.OrderLine": "lines of the order's page",
    "orders.Return": "a list; each return is shown on its order's page",
    "receivables.SettlementLine": "lines on the pages of the receivable, receipt and credit note",
    "receivables.PeriodLock": "a list of months; each line is complete",
    "receivables.LedgerRemoval": "a note for the check of the books",
    "receivables.Reminder": "shown on the receivable's page",
    "performance.KpiFact": "the rows behind a figure, shown with it",
    "performance.KpiFigure": "shown on dashboards and the pages of figures",
    "performance.Restatement": "shown with the closed month",
    "performance.Snapshot": "a dashboard as it was counted; shown as that dashboard",
    "performance.TargetChange": "shown on the target's page",
    "audit.AccessLog": "a list with filters; each line is complete",
    "calendar.CalendarYear": "a mark on the month page",
    "catalog.Currency": "a list; each line is complete",
    "catalog.PriceEntry": "shown on the pages of the product and of the price list, set there",
    "handbook.Acknowledgement": "a list of people; each line is complete",
    "handbook.RuleValue": "shown as the history of its clause",
    "jobs.Heartbeat": "shown as a line on the page of jobs",
    "jobs.JobItem": "shown on its run's page",
    "jobs.JobWatch": "from when on a job is looked after; shown as the days due",
    "jobs.OutboxMessage": "a list with filters; each line is complete",
    "notifications.Notification": "opening one leads to what it is about",
    "security.Factor": "shown and removed on one's own page of signing in",
    "security.RecoveryCode": "shown once when made; only their number afterwards",
    "security.GrantReview": "a column of the access review",
    "work.Comment": "shown and written on the page of the record that it is about",
    "search.SearchEntry": "an index; what it finds is shown on the search page",
    "search.SearchStale": "a working queue of the index",
    "numbering.NumberSeries": "counters; the rule is a clause of the handbook",
}

# Models without a policy: label -> why.
WITHOUT_POLICY = {
    "jobs.Heartbeat": "one row that the beat writes and /readyz reads; no page shows it",
    "performance.Snapshot": "read by its key only, which names the person and the reach it was counted for",
    "documents.StoredFile": "content without an owner of its own; whoever may see what it belongs to reads it there",
}

# Words of a template that are the same in every language.
SAME_EVERYWHERE = {"SalesOps", "English", "Excel", "CSV", "XLSX", "PDF", "OK", "ID", "JSON", "Esc", "Enter"}
