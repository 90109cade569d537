"""Running jobs and sending what must not be lost."""
