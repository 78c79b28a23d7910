-- Where does each partition of a topic go on?
SELECT partition, next_offset, cluster_id, topic_id FROM kafka_position WHERE topic = $topic ORDER BY partition
