-- compatible: older releases serve a database that has this
ALTER TABLE "installation" ADD COLUMN "eddsa_signed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "es256_signed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "rs256_signed_at" timestamp (3) with time zone;