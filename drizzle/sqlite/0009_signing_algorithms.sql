-- compatible: older releases serve a database that has this
ALTER TABLE `installation` ADD `eddsa_signed_at` integer;--> statement-breakpoint
ALTER TABLE `installation` ADD `es256_signed_at` integer;--> statement-breakpoint
ALTER TABLE `installation` ADD `rs256_signed_at` integer;