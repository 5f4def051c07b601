DROP INDEX `email_requests_template_email`;--> statement-breakpoint
CREATE UNIQUE INDEX `email_requests_template_email_source` ON `email_requests` (`template`,`email`,`source`);