DROP INDEX `organizations_slug_unique`;--> statement-breakpoint
ALTER TABLE `organizations` ADD `policy` text;--> statement-breakpoint
ALTER TABLE `organizations` ADD `suspended_at` integer;--> statement-breakpoint
ALTER TABLE `organizations` ADD `deleted_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_slug` ON `organizations` (`slug`) WHERE deleted_at is null;--> statement-breakpoint
ALTER TABLE `sessions` ADD `suspended_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `suspended_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `operator_since` integer;