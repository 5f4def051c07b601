-- compatible: older releases serve a database that has this
CREATE TABLE "oauth_clients" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"organization_id" text,
	"name" text NOT NULL,
	"uri" text,
	"redirect_uris" text NOT NULL,
	"grant_types" text NOT NULL,
	"scopes" text,
	"secret_hash" text,
	"previous_secret_hash" text,
	"previous_secret_until" timestamp (3) with time zone,
	"fingerprint" text,
	"created_by_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	CONSTRAINT "oauth_clients_fingerprint_unique" UNIQUE("fingerprint")
);
--> statement-breakpoint
CREATE TABLE "oauth_device_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"user_code" text NOT NULL,
	"client_id" text NOT NULL,
	"scopes" text NOT NULL,
	"resource" text NOT NULL,
	"ip" text NOT NULL,
	"network" text NOT NULL,
	"user_agent" text,
	"interval" bigint NOT NULL,
	"next_poll_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"grant_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "oauth_device_codes_user_code_unique" UNIQUE("user_code")
);
--> statement-breakpoint
CREATE TABLE "oauth_grants" (
	"row_id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "oauth_grants_row_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text NOT NULL,
	"client_id" text NOT NULL,
	"user_id" text NOT NULL,
	"organization_id" text NOT NULL,
	"scopes" text NOT NULL,
	"resource" text NOT NULL,
	"redirect_uri" text,
	"code_challenge" text,
	"nonce" text,
	"method" text NOT NULL,
	"two_factor" boolean NOT NULL,
	"confirmed_at" timestamp (3) with time zone NOT NULL,
	"generation" bigint NOT NULL,
	"rotated_at" timestamp (3) with time zone NOT NULL,
	"rotations" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL,
	"last_used_ip" text,
	"redeemed_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_because" text,
	CONSTRAINT "oauth_grants_id_unique" UNIQUE("id")
);
--> statement-breakpoint
ALTER TABLE "oauth_clients" ADD CONSTRAINT "oauth_clients_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_grants" ADD CONSTRAINT "oauth_grants_client_id_oauth_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "oauth_clients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_grants" ADD CONSTRAINT "oauth_grants_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oauth_grants" ADD CONSTRAINT "oauth_grants_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oauth_clients_organization" ON "oauth_clients" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "oauth_clients_unconfirmed" ON "oauth_clients" USING btree ("created_at") WHERE kind = 'dynamic' and confirmed_at is null;--> statement-breakpoint
CREATE INDEX "oauth_device_codes_network" ON "oauth_device_codes" USING btree ("network","expires_at");--> statement-breakpoint
CREATE INDEX "oauth_device_codes_expiry" ON "oauth_device_codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "oauth_grants_user" ON "oauth_grants" USING btree ("user_id","ended_at");--> statement-breakpoint
CREATE INDEX "oauth_grants_organization" ON "oauth_grants" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "oauth_grants_client" ON "oauth_grants" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "oauth_grants_expiry" ON "oauth_grants" USING btree ("expires_at");