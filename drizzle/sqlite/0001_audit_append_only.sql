-- Events are never changed, and only removed up to a checkpoint; checkpoints only move forward.
CREATE TRIGGER `audit_events_no_update` BEFORE UPDATE ON `audit_events` BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_events_no_delete` BEFORE DELETE ON `audit_events` WHEN NOT EXISTS (SELECT 1 FROM `audit_checkpoints` WHERE `chain` = OLD.`chain` AND `seq` >= OLD.`seq`) BEGIN SELECT RAISE(ABORT, 'audit events are only removed up to a checkpoint'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_forward` BEFORE UPDATE ON `audit_checkpoints` WHEN NEW.`chain` <> OLD.`chain` OR NEW.`seq` <= OLD.`seq` BEGIN SELECT RAISE(ABORT, 'a checkpoint only moves forward'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_no_delete` BEFORE DELETE ON `audit_checkpoints` BEGIN SELECT RAISE(ABORT, 'a checkpoint is never removed'); END;
