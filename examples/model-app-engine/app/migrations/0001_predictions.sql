CREATE TABLE predictions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked timestamptz NOT NULL DEFAULT now(),
    kilometres double precision NOT NULL,
    hour double precision NOT NULL,
    weekday double precision NOT NULL,
    minutes double precision NOT NULL,
    model text NOT NULL
);
CREATE INDEX predictions_by_time ON predictions (asked);
