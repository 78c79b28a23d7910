-- How far did the store come: the last numbers given, and what was rejected?
SELECT
    (SELECT coalesce(max(event_no), 0) FROM event) AS last_event_no,
    (SELECT coalesce(max(reject_no), 0) FROM rejected) AS last_reject_no
