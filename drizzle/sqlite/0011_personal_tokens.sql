-- compatible: older releases serve a database that has this
CREATE TABLE `personal_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`organization_id` text,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`only` text,
	`allowed_ips` text,
	`expires_at` integer,
	`expiry_told_at` integer,
	`method` text NOT NULL,
	`revoked_at` integer,
	`replaced_by` text,
	`tokens_revoked_through` integer,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`last_used_ip` text,
	`last_used_user_agent` text,
	`usage_count` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `personal_tokens_hash_unique` ON `personal_tokens` (`hash`);--> statement-breakpoint
CREATE INDEX `personal_tokens_user` ON `personal_tokens` (`user_id`);--> statement-breakpoint
CREATE INDEX `personal_tokens_organization` ON `personal_tokens` (`organization_id`);--> statement-breakpoint
CREATE INDEX `personal_tokens_expiry` ON `personal_tokens` (`expires_at`);--> statement-breakpoint
CREATE INDEX `personal_tokens_revoked` ON `personal_tokens` (`revoked_at`) WHERE revoked_at is not null;--> statement-breakpoint
CREATE TABLE `token_decisions` (
	`token_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`approved_at` integer,
	`ended_at` integer,
	PRIMARY KEY(`token_id`, `organization_id`),
	FOREIGN KEY (`token_id`) REFERENCES `personal_tokens`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `token_decisions_organization` ON `token_decisions` (`organization_id`);--> statement-breakpoint
ALTER TABLE `api_keys` ADD `only` text;