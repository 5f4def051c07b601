-- compatible: older releases serve a database that has this
CREATE TABLE "personal_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"organization_id" text,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" text NOT NULL,
	"only" text,
	"allowed_ips" text,
	"expires_at" timestamp (3) with time zone,
	"expiry_told_at" timestamp (3) with time zone,
	"method" text NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"replaced_by" text,
	"tokens_revoked_through" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"last_used_ip" text,
	"last_used_user_agent" text,
	"usage_count" bigint NOT NULL,
	CONSTRAINT "personal_tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "token_decisions" (
	"token_id" text NOT NULL,
	"organization_id" text NOT NULL,
	"approved_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "token_decisions_token_id_organization_id_pk" PRIMARY KEY("token_id","organization_id")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "only" text;--> statement-breakpoint
ALTER TABLE "personal_tokens" ADD CONSTRAINT "personal_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personal_tokens" ADD CONSTRAINT "personal_tokens_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_decisions" ADD CONSTRAINT "token_decisions_token_id_personal_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "personal_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_decisions" ADD CONSTRAINT "token_decisions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "personal_tokens_user" ON "personal_tokens" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "personal_tokens_organization" ON "personal_tokens" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "personal_tokens_expiry" ON "personal_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "personal_tokens_revoked" ON "personal_tokens" USING btree ("revoked_at") WHERE revoked_at is not null;--> statement-breakpoint
CREATE INDEX "token_decisions_organization" ON "token_decisions" USING btree ("organization_id");