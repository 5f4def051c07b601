-- compatible: older releases serve a database that has this
CREATE TABLE "usage_journal" (
	"batch" text NOT NULL,
	"number" bigint NOT NULL,
	"entries" text NOT NULL,
	CONSTRAINT "usage_journal_batch_number_pk" PRIMARY KEY("batch","number")
);
