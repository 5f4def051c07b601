CREATE TABLE `audit_streams` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`sealed_token` text NOT NULL,
	`set_up_by_id` text,
	`set_up_by_key_id` text,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer,
	`disabled_because` text,
	`failing_since` integer,
	`last_failure` text,
	`warned_at` integer,
	`failures` integer NOT NULL,
	`due_at` integer NOT NULL,
	`turn` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text,
	`url` text NOT NULL,
	`description` text,
	`events` text NOT NULL,
	`signature_scheme` text DEFAULT 'v1' NOT NULL,
	`sealed_secret` text NOT NULL,
	`public_key` text,
	`previous_sealed_secret` text,
	`previous_secret_until` integer,
	`set_up_by_id` text,
	`set_up_by_key_id` text,
	`starts_after` integer NOT NULL,
	`starts_at` integer,
	`created_at` integer NOT NULL,
	`disabled_at` integer,
	`disabled_because` text,
	`failing_since` integer,
	`warned_at` integer,
	`slow` integer DEFAULT false NOT NULL,
	`due_at` integer,
	`lease_end` integer,
	`turn` integer NOT NULL,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_webhooks`("id", "organization_id", "url", "description", "events", "signature_scheme", "sealed_secret", "public_key", "previous_sealed_secret", "previous_secret_until", "set_up_by_id", "set_up_by_key_id", "starts_after", "starts_at", "created_at", "disabled_at", "disabled_because", "failing_since", "warned_at", "slow", "due_at", "lease_end", "turn") SELECT "id", "organization_id", "url", "description", "events", 'v1', "sealed_secret", NULL, "previous_sealed_secret", "previous_secret_until", NULL, NULL, "starts_after", NULL, "created_at", "disabled_at", "disabled_because", "failing_since", "warned_at", false, "due_at", "lease_end", "turn" FROM `webhooks`;--> statement-breakpoint
DROP TABLE `webhooks`;--> statement-breakpoint
ALTER TABLE `__new_webhooks` RENAME TO `webhooks`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `webhooks_organization` ON `webhooks` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhooks_due` ON `webhooks` (`due_at`);--> statement-breakpoint
ALTER TABLE `key_trusts` ADD `created_by_key_id` text;