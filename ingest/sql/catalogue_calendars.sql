-- What the calendars in force say.
SELECT content FROM catalogue_in_force WHERE kind = 'calendar' ORDER BY key
