-- Up to which event number is everything derived, and by which version?
SELECT watermark, version FROM mined
