-- Which of the digests in `said` are of messages that were used before.
SELECT digest FROM catalogue_message SEMI JOIN said USING (digest)
