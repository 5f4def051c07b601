-- compatible: older releases serve a database that has this
-- A checkpoint moves forward, or is signed again where it stands.
DROP TRIGGER `audit_checkpoints_forward`;
--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_forward` BEFORE UPDATE ON `audit_checkpoints` WHEN NEW.`chain` <> OLD.`chain` OR NEW.`seq` < OLD.`seq` OR (NEW.`seq` = OLD.`seq` AND NEW.`hash` <> OLD.`hash`) BEGIN SELECT RAISE(ABORT, 'a checkpoint only moves forward'); END;
