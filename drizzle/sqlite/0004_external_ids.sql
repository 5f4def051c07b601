-- compatible: older releases serve a database that has this
CREATE TABLE `external_ids` (
	`source` text NOT NULL,
	`external_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`source`, `external_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `external_ids_user` ON `external_ids` (`user_id`);