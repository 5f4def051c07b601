-- compatible: older releases serve a database that has this
CREATE TABLE `impersonations` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`operator_id` text NOT NULL,
	`session_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`operator_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `impersonations_user` ON `impersonations` (`user_id`);--> statement-breakpoint
CREATE INDEX `impersonations_operator` ON `impersonations` (`operator_id`);--> statement-breakpoint
CREATE INDEX `impersonations_ends` ON `impersonations` (`ends_at`);--> statement-breakpoint
ALTER TABLE `installation` ADD `set_up_at` integer;