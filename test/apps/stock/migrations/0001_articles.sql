CREATE TABLE articles (name varchar(100) PRIMARY KEY, pieces int NOT NULL)
