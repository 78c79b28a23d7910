-- Who held the clock of each dossier of this pass, from when to when? A status holds until another one comes; a status
-- 1 says nothing once the clock runs. After a result (9) that was taken up again the agency still had the dossier,
-- after 3, 7 and 10 the citizen had it.
CREATE OR REPLACE TEMP TABLE fresh_span AS
WITH meaning (status, holder, state) AS (
    VALUES
        (2, 'agency', 'handling'), (4, 'agency', 'handling'), (9, 'agency', 'handling'),
        (5, 'citizen', 'supplement'), (6, 'citizen', 'payment'), (8, 'suspended', 'suspended'),
        (3, 'citizen', 'outside'), (7, 'citizen', 'outside'), (10, 'citizen', 'outside')
),

turn AS (
    SELECT
        ordered.dossier,
        ordered.n,
        if(course.status_known, ordered.occurred_at, course.accepted_at) AS from_at,
        coalesce(meaning.holder, 'agency') AS holder,
        coalesce(meaning.state, 'handling') AS state,
        course.finished_at,
        ordered.event_no
    FROM ordered
    JOIN clock_course AS course ON course.dossier = ordered.dossier
    LEFT JOIN meaning ON meaning.status = ordered.status
    WHERE NOT course.only_submitted
        AND (
            ordered.n = course.accepted_n
            OR (ordered.n > course.accepted_n AND meaning.status <> coalesce(ordered.previous_status, 0))
        )
        AND (course.stopped_n IS NULL OR ordered.n < course.stopped_n)
),

lasting AS (
    SELECT *
    FROM turn
    QUALIFY from_at IS DISTINCT FROM coalesce(lead(from_at) OVER (PARTITION BY dossier ORDER BY n), finished_at)
),

change AS (
    SELECT *
    FROM lasting
    QUALIFY state IS DISTINCT FROM lag(state) OVER (PARTITION BY dossier ORDER BY n)
)

SELECT
    dossier,
    (row_number() OVER along)::INTEGER AS ordinal,
    holder,
    state,
    from_at,
    coalesce(lead(from_at) OVER along, finished_at) AS to_at,
    event_no
FROM change
WINDOW along AS (PARTITION BY dossier ORDER BY n)
