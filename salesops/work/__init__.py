"""Tasks, requests between departments, and comments."""
