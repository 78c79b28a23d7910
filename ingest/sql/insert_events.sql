-- Append the accepted events of a batch, numbered in order of arrival.
INSERT INTO event BY NAME
SELECT
    $last_event_no + row_no AS event_no,
    id AS event_id,
    dossier::UUID AS dossier,
    officer::UUID AS officer,
    * EXCLUDE (row_no, id, dossier, officer)
FROM accepted
