-- Forget the cells of the calendar.
DELETE FROM working_cell WHERE calendar = $calendar
