"""Working time: calendars, holidays and swapped days, and the exact working seconds between two instants."""
