-- How many events did each system send per month (or week) of a slice, and how many dossiers began in it?
WITH told AS (
    SELECT
        event.dossier,
        coalesce(source_system, source) AS "system",
        occurred_at
    FROM event JOIN dossier USING (dossier)
    WHERE occurred_at < $as_of
        AND dossier.cohort IN (SELECT unnest($cohorts::INTEGER[]))
        AND opened_at >= $received_from
        AND opened_at < $received_to
),

sent AS (
    SELECT date_trunc($period, vietnam_day(occurred_at))::DATE AS period_start, "system", count(*) AS events
    FROM told
    GROUP BY ALL
),

begun AS (
    SELECT dossier, min({'at': occurred_at, 'system': "system"}) AS first
    FROM told
    GROUP BY dossier
),

born AS (
    SELECT
        date_trunc($period, vietnam_day(first.at))::DATE AS period_start,
        first."system" AS "system",
        count(*) AS dossiers
    FROM begun
    GROUP BY ALL
)

SELECT
    period_start,
    "system",
    events,
    coalesce(dossiers, 0) AS dossiers,
    sum(events) OVER each_period AS all_events,
    sum(coalesce(dossiers, 0)) OVER each_period AS all_dossiers
FROM sent LEFT JOIN born USING (period_start, "system")
WINDOW each_period AS (PARTITION BY period_start)
ORDER BY period_start, "system"
