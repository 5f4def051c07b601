-- compatible: older releases serve a database that has this
CREATE TABLE `oauth_clients` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`organization_id` text,
	`name` text NOT NULL,
	`uri` text,
	`redirect_uris` text NOT NULL,
	`grant_types` text NOT NULL,
	`scopes` text,
	`secret_hash` text,
	`previous_secret_hash` text,
	`previous_secret_until` integer,
	`fingerprint` text,
	`created_by_id` text,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_clients_fingerprint_unique` ON `oauth_clients` (`fingerprint`);--> statement-breakpoint
CREATE INDEX `oauth_clients_organization` ON `oauth_clients` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `oauth_clients_unconfirmed` ON `oauth_clients` (`created_at`) WHERE kind = 'dynamic' and confirmed_at is null;--> statement-breakpoint
CREATE TABLE `oauth_device_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`user_code` text NOT NULL,
	`client_id` text NOT NULL,
	`scopes` text NOT NULL,
	`resource` text NOT NULL,
	`ip` text NOT NULL,
	`network` text NOT NULL,
	`user_agent` text,
	`interval` integer NOT NULL,
	`next_poll_at` integer NOT NULL,
	`state` text NOT NULL,
	`grant_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_device_codes_user_code_unique` ON `oauth_device_codes` (`user_code`);--> statement-breakpoint
CREATE INDEX `oauth_device_codes_network` ON `oauth_device_codes` (`network`,`expires_at`);--> statement-breakpoint
CREATE INDEX `oauth_device_codes_expiry` ON `oauth_device_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `oauth_grants` (
	`row_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`user_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`scopes` text NOT NULL,
	`resource` text NOT NULL,
	`redirect_uri` text,
	`code_challenge` text,
	`nonce` text,
	`method` text NOT NULL,
	`two_factor` integer NOT NULL,
	`confirmed_at` integer NOT NULL,
	`generation` integer NOT NULL,
	`rotated_at` integer NOT NULL,
	`rotations` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`last_used_ip` text,
	`redeemed_at` integer,
	`expires_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`ended_at` integer,
	`ended_because` text,
	FOREIGN KEY (`client_id`) REFERENCES `oauth_clients`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`organization_id`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_grants_id_unique` ON `oauth_grants` (`id`);--> statement-breakpoint
CREATE INDEX `oauth_grants_user` ON `oauth_grants` (`user_id`,`ended_at`);--> statement-breakpoint
CREATE INDEX `oauth_grants_organization` ON `oauth_grants` (`organization_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `oauth_grants_client` ON `oauth_grants` (`client_id`);--> statement-breakpoint
CREATE INDEX `oauth_grants_expiry` ON `oauth_grants` (`expires_at`);