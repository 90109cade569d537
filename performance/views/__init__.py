"""Pages of targets, figures, closed months, and the dashboards."""
