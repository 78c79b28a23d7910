-- Which calendars are kept, in which version, and how are their cells cut?
SELECT calendar, code, version, first_cell, origin_us, cell_us FROM working_calendar ORDER BY code
