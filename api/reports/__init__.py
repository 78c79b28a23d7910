"""Reports for those who decide: the time-saved account and the compliance cost, as documents, tables and text."""
