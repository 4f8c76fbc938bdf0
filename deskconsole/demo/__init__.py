"""Desks to look at and to measure on: a small one that lives, and one of any size."""
