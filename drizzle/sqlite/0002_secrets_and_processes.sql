-- compatible: older releases serve a database that has this
CREATE TABLE `processes` (
	`id` text PRIMARY KEY NOT NULL,
	`version` text NOT NULL,
	`secrets` text NOT NULL,
	`started_at` integer NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `processes_seen` ON `processes` (`seen_at`);--> statement-breakpoint
CREATE TABLE `secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`signs_since` integer,
	`signed_at` integer
);
