"""Pages of sign-in, people and teams."""
