-- The rewraps among the records of the logs: what opens a grant is looked up whenever a parcel is opened.
CREATE INDEX log_rewrap ON log (place) WHERE kind = 3;
