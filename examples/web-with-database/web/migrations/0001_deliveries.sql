CREATE TABLE deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked timestamptz NOT NULL DEFAULT now(),
    kilometres double precision NOT NULL CHECK (kilometres BETWEEN 0 AND 100),
    minutes double precision NOT NULL
);
