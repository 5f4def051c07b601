CREATE TABLE `key_usage` (
	`key_id` text NOT NULL,
	`seconds` integer NOT NULL,
	`start` integer NOT NULL,
	`spent` integer NOT NULL,
	`ok` integer NOT NULL,
	`limited` integer NOT NULL,
	`denied` integer NOT NULL,
	PRIMARY KEY(`key_id`, `seconds`, `start`),
	FOREIGN KEY (`key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `key_usage_age` ON `key_usage` (`seconds`,`start`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `last_used_address` text;--> statement-breakpoint
ALTER TABLE `api_keys` ADD `last_used_user_agent` text;