"""Doors for machines."""

ROWS = []
EXEMPT = {
    "healthz": "answers machines without asking who they are; tested with the start of the program",
    "readyz": "answers machines without asking who they are; tested with the start of the program",
}
