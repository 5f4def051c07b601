CREATE TABLE `consumed_challenges` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `consumed_challenges_expiry` ON `consumed_challenges` (`expires_at`);--> statement-breakpoint
CREATE TABLE `identities` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`email_at_link` text,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `identities_issuer_subject` ON `identities` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `identities_user` ON `identities` (`user_id`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`backup_eligible` integer NOT NULL,
	`backed_up` integer NOT NULL,
	`aaguid` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passkeys_credential_id_unique` ON `passkeys` (`credential_id`);--> statement-breakpoint
CREATE INDEX `passkeys_user` ON `passkeys` (`user_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`full_name` text NOT NULL,
	`full_name_folded` text NOT NULL,
	`password_hash` text,
	`previous_password_hash` text,
	`email_verified_at` integer,
	`activated_at` integer,
	`avatar_url` text,
	`preferences` text,
	`import_run` text,
	`deleted_at` integer,
	`created_at` integer NOT NULL,
	`suspended_at` integer,
	`operator_since` integer
);
--> statement-breakpoint
INSERT INTO `__new_users`("id", "email", "full_name", "full_name_folded", "password_hash", "previous_password_hash", "email_verified_at", "activated_at", "avatar_url", "preferences", "import_run", "deleted_at", "created_at", "suspended_at", "operator_since") SELECT "id", "email", "full_name", "full_name_folded", "password_hash", "previous_password_hash", "email_verified_at", "activated_at", "avatar_url", "preferences", "import_run", "deleted_at", "created_at", "suspended_at", "operator_since" FROM `users`;--> statement-breakpoint
DROP TABLE `users`;--> statement-breakpoint
ALTER TABLE `__new_users` RENAME TO `users`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);--> statement-breakpoint
ALTER TABLE `email_requests` ADD `verifier_hash` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `method` text DEFAULT 'password' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `confirmed_at` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `device_key` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `verifier_hash` text;--> statement-breakpoint
ALTER TABLE `tickets` ADD `code_shown_at` integer;--> statement-breakpoint
UPDATE `users` SET `password_hash` = NULL WHERE `password_hash` = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';