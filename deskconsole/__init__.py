"""A service desk that lives in the terminal."""
