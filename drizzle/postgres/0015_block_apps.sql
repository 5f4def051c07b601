-- compatible: older releases serve a database that has this
ALTER TABLE "oauth_clients" ADD COLUMN "blocked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "oauth_clients" ADD COLUMN "blocked_by_id" text;--> statement-breakpoint
ALTER TABLE "oauth_clients" ADD COLUMN "blocked_because" text;