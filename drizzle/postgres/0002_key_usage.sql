CREATE TABLE "key_usage" (
	"key_id" text NOT NULL,
	"seconds" bigint NOT NULL,
	"start" bigint NOT NULL,
	"spent" bigint NOT NULL,
	"ok" bigint NOT NULL,
	"limited" bigint NOT NULL,
	"denied" bigint NOT NULL,
	CONSTRAINT "key_usage_key_id_seconds_start_pk" PRIMARY KEY("key_id","seconds","start")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_address" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_user_agent" text;--> statement-breakpoint
ALTER TABLE "key_usage" ADD CONSTRAINT "key_usage_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "key_usage_age" ON "key_usage" USING btree ("seconds","start");