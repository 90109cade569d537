"""Pages of factors, sessions and reviews."""
