-- compatible: older releases serve a database that has this
CREATE TABLE `token_usage` (
	`token_id` text NOT NULL,
	`seconds` integer NOT NULL,
	`start` integer NOT NULL,
	`spent` integer NOT NULL,
	`ok` integer NOT NULL,
	`limited` integer NOT NULL,
	`denied` integer NOT NULL,
	PRIMARY KEY(`token_id`, `seconds`, `start`),
	FOREIGN KEY (`token_id`) REFERENCES `personal_tokens`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `token_usage_age` ON `token_usage` (`seconds`,`start`);