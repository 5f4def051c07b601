CREATE TABLE `key_trusts` (
	`id` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`issuer` text NOT NULL,
	`audience` text NOT NULL,
	`claims` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `key_trusts_key` ON `key_trusts` (`key_id`);--> statement-breakpoint
CREATE TABLE `spent_identities` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `spent_identities_expiry` ON `spent_identities` (`expires_at`);