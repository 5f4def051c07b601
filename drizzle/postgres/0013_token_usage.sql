-- compatible: older releases serve a database that has this
CREATE TABLE "token_usage" (
	"token_id" text NOT NULL,
	"seconds" bigint NOT NULL,
	"start" bigint NOT NULL,
	"spent" bigint NOT NULL,
	"ok" bigint NOT NULL,
	"limited" bigint NOT NULL,
	"denied" bigint NOT NULL,
	CONSTRAINT "token_usage_token_id_seconds_start_pk" PRIMARY KEY("token_id","seconds","start")
);
--> statement-breakpoint
ALTER TABLE "token_usage" ADD CONSTRAINT "token_usage_token_id_personal_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "personal_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "token_usage_age" ON "token_usage" USING btree ("seconds","start");