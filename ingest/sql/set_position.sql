-- Go on from here next time.
INSERT OR REPLACE INTO kafka_position
VALUES ($topic, $partition, $next_offset, $cluster_id, $topic_id, $updated_at)
