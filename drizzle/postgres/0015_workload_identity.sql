CREATE TABLE "key_trusts" (
	"id" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"issuer" text NOT NULL,
	"audience" text NOT NULL,
	"claims" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spent_identities" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "key_trusts" ADD CONSTRAINT "key_trusts_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "key_trusts_key" ON "key_trusts" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "spent_identities_expiry" ON "spent_identities" USING btree ("expires_at");