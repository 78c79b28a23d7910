"""Figures that may have been changed by hand, as questions to ask."""
