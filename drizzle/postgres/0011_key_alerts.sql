CREATE TABLE "key_alerts" (
	"key_id" text NOT NULL,
	"alert" text NOT NULL,
	"subject" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "key_alerts_key_id_alert_subject_pk" PRIMARY KEY("key_id","alert","subject")
);
--> statement-breakpoint
ALTER TABLE "key_alerts" ADD CONSTRAINT "key_alerts_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_expiry" ON "api_keys" USING btree ("expires_at");