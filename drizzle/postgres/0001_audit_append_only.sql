-- Events are never changed, and only removed up to a checkpoint; checkpoints only move forward.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit events are never changed, and only removed up to a checkpoint'; END $$;
--> statement-breakpoint
CREATE FUNCTION audit_refuse_beyond_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM audit_checkpoints WHERE chain = OLD.chain AND seq >= OLD.seq) THEN RAISE EXCEPTION 'audit events are only removed up to a checkpoint'; END IF; RETURN OLD; END $$;
--> statement-breakpoint
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_refuse();
--> statement-breakpoint
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_refuse_beyond_checkpoint();
--> statement-breakpoint
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
--> statement-breakpoint
CREATE TRIGGER audit_checkpoints_forward BEFORE UPDATE ON audit_checkpoints FOR EACH ROW WHEN (NEW.chain <> OLD.chain OR NEW.seq <= OLD.seq) EXECUTE FUNCTION audit_refuse();
--> statement-breakpoint
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION audit_refuse();
--> statement-breakpoint
CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
