-- Remember which stretch of the events the next pass reads.
SET VARIABLE stretch = {
    'pass': $pass, 'first_event_no': $first_event_no, 'last_event_no': $last_event_no
}
