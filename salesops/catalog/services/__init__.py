"""Acts on products, prices and the words of money."""
