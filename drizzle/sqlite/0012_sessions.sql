DROP INDEX `sessions_user`;--> statement-breakpoint
CREATE INDEX `sessions_user_ended` ON `sessions` (`user_id`,`ended_at`);