-- Keep a calendar.
INSERT INTO working_calendar BY NAME
SELECT
    $calendar AS calendar,
    $code AS code,
    $version AS version,
    $first_cell AS first_cell,
    $origin_us AS origin_us,
    $cell_us AS cell_us
