-- compatible: older releases serve a database that has this
ALTER TABLE `audit_events` ADD `traceparent` text;--> statement-breakpoint
ALTER TABLE `webhook_deliveries` ADD `traceparent` text;