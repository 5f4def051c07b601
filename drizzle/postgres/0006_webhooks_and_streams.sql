CREATE TABLE "audit_streams" (
	"organization_id" text PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"sealed_token" text NOT NULL,
	"set_up_by_id" text,
	"set_up_by_key_id" text,
	"position" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"disabled_because" text,
	"failing_since" timestamp (3) with time zone,
	"last_failure" text,
	"warned_at" timestamp (3) with time zone,
	"failures" bigint NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"turn" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "webhooks" ALTER COLUMN "organization_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "key_trusts" ADD COLUMN "created_by_key_id" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "signature_scheme" text DEFAULT 'v1' NOT NULL;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "public_key" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "set_up_by_id" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "set_up_by_key_id" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "starts_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "slow" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_streams" ADD CONSTRAINT "audit_streams_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE cascade ON UPDATE no action;