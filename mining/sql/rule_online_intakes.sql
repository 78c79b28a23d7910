-- When were the dossiers that came online submitted, and when first answered? Without a channel it is not known that
-- they came online; what came at a counter or by post is left out.
SELECT
    dossier,
    cohort.procedure,
    cohort.unit,
    channel IS NOT NULL AS online,
    submitted_at,
    accepted_at
FROM clock JOIN cohort USING (cohort)
WHERE coalesce(channel_code(channel) = 'online', submitted_at IS NOT NULL)
    AND opened_at < least($as_of, $received_to)
    AND opened_at >= $received_from
    AND clock.cohort IN (SELECT unnest($cohorts::INTEGER[]))
