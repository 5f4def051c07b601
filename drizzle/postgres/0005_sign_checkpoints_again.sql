-- compatible: older releases serve a database that has this
-- A checkpoint moves forward, or is signed again where it stands.
DROP TRIGGER audit_checkpoints_forward ON audit_checkpoints;
--> statement-breakpoint
CREATE TRIGGER audit_checkpoints_forward BEFORE UPDATE ON audit_checkpoints FOR EACH ROW WHEN (NEW.chain <> OLD.chain OR NEW.seq < OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash <> OLD.hash)) EXECUTE FUNCTION audit_refuse();
