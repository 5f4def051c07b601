CREATE TABLE `audit_checkpoints` (
	`chain` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`signature` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_events_at` ON `audit_events` (`at`);
--> statement-breakpoint
CREATE TRIGGER `audit_events_no_update` BEFORE UPDATE ON `audit_events` BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;--> statement-breakpoint
CREATE TRIGGER `audit_events_no_delete` BEFORE DELETE ON `audit_events` WHEN NOT EXISTS (SELECT 1 FROM `audit_checkpoints` WHERE `chain` = OLD.`chain` AND `seq` >= OLD.`seq`) BEGIN SELECT RAISE(ABORT, 'audit events are only removed up to a checkpoint'); END;--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_forward` BEFORE UPDATE ON `audit_checkpoints` WHEN NEW.`chain` <> OLD.`chain` OR NEW.`seq` <= OLD.`seq` BEGIN SELECT RAISE(ABORT, 'a checkpoint only moves forward'); END;--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_no_delete` BEFORE DELETE ON `audit_checkpoints` BEGIN SELECT RAISE(ABORT, 'a checkpoint is never removed'); END;
