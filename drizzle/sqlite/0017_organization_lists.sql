CREATE INDEX `invitations_organization_id` ON `invitations` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `memberships_organization_id` ON `memberships` (`organization_id`,`id`);