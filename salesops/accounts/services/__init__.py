"""Acts on people and teams; each is one transaction."""
