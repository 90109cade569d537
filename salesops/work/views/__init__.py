"""Pages of tasks, requests and comments."""
