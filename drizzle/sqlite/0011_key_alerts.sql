CREATE TABLE `key_alerts` (
	`key_id` text NOT NULL,
	`alert` text NOT NULL,
	`subject` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`key_id`, `alert`, `subject`),
	FOREIGN KEY (`key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `api_keys_expiry` ON `api_keys` (`expires_at`);