-- Remember that everything up to an event number is derived.
UPDATE mined SET watermark = $watermark
