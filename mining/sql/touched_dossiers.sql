-- Which dossiers have new events, what was derived for them, and in which pass are they derived?
-- Dossiers that begin together go together, so that a pass reads one stretch of the events.
CREATE OR REPLACE TEMP TABLE touched AS
WITH news AS (
    SELECT dossier, min(event_no) AS first_event_no, max(event_no) AS last_event_no, count(*) AS events
    FROM event
    WHERE event_no > $watermark
    GROUP BY dossier
),
whole AS (
    SELECT
        news.dossier,
        least(news.first_event_no, derived.first_event_no) AS first_event_no,
        news.last_event_no,
        news.events + coalesce(derived.events, 0) AS events,
        derived.cohort AS old_cohort,
        derived.path AS old_path
    FROM news LEFT JOIN dossier AS derived USING (dossier)
)
SELECT *, (sum(events) OVER (ORDER BY first_event_no ROWS UNBOUNDED PRECEDING) // $pass_events)::INTEGER AS pass
FROM whole
