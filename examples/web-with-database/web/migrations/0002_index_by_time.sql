CREATE INDEX deliveries_by_time ON deliveries (asked DESC);
