-- compatible: older releases serve a database that has this
ALTER TABLE `oauth_clients` ADD `blocked_at` integer;--> statement-breakpoint
ALTER TABLE `oauth_clients` ADD `blocked_by_id` text;--> statement-breakpoint
ALTER TABLE `oauth_clients` ADD `blocked_because` text;