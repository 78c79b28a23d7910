-- Forget the calendar, whose cells go with it.
DELETE FROM working_calendar WHERE calendar = $calendar
