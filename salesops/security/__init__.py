"""Second factors, sessions, being asked again, and the review of who may do what."""
