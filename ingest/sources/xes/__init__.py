"""XES event logs (IEEE 1849): the usual form read as columns, every other form by a full XML parser."""
