-- compatible: older releases serve a database that has this
CREATE TABLE "processes" (
	"id" text PRIMARY KEY NOT NULL,
	"version" text NOT NULL,
	"secrets" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"signs_since" timestamp (3) with time zone,
	"signed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "processes_seen" ON "processes" USING btree ("seen_at");