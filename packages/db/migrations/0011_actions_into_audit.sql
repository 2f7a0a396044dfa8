-- What people did to work is a part of the audit trail from now on.
INSERT INTO "audit_records" ("at", "user_id", "username", "act", "subject_kind", "subject_id", "details")
SELECT a.at, a.by, u.username, a.action::text,
	CASE WHEN a.prediction_id IS NOT NULL THEN 'prediction' WHEN a.run_id IS NOT NULL THEN 'run' ELSE 'model' END,
	COALESCE(a.prediction_id::text, a.run_id::text, m.name || ' ' || m.version),
	json_strip_nulls(json_build_object('predictions', a.predictions, 'priority', a.detail))
FROM "actions" a JOIN "user" u ON u.id = a.by LEFT JOIN "models" m ON m.id = a.model_id ORDER BY a.id;
--> statement-breakpoint
DROP TABLE "actions" CASCADE;--> statement-breakpoint
DROP TYPE "public"."work_action";
--> statement-breakpoint
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER "keep_records" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_records" EXECUTE FUNCTION "refuse_change"('the audit trail is only added to');
--> statement-breakpoint
CREATE TRIGGER "keep_seals" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_seals" EXECUTE FUNCTION "refuse_change"('the audit trail is only added to');
--> statement-breakpoint
CREATE TRIGGER "keep_checkpoints" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_checkpoints" EXECUTE FUNCTION "refuse_change"('the audit trail is only added to');
--> statement-breakpoint
CREATE TRIGGER "keep_labels" BEFORE UPDATE OR DELETE OR TRUNCATE ON "labels" EXECUTE FUNCTION "refuse_change"('what a model said stays');
--> statement-breakpoint
CREATE TRIGGER "keep_annotations" BEFORE UPDATE OR DELETE OR TRUNCATE ON "annotations" EXECUTE FUNCTION "refuse_change"('what a model said stays');
--> statement-breakpoint
-- A prediction that failed, was cancelled or was skipped may be queued again; one that succeeded stays as it is.
CREATE TRIGGER "keep_finished" BEFORE UPDATE ON "predictions" FOR EACH ROW
WHEN (OLD.state = 'succeeded' OR (OLD.state IN ('failed', 'cancelled', 'skipped') AND NEW.state <> 'queued')
	OR OLD.id <> NEW.id OR OLD.object_id <> NEW.object_id OR OLD.model_id <> NEW.model_id)
EXECUTE FUNCTION "refuse_change"('a finished prediction stays as it is');
--> statement-breakpoint
CREATE TRIGGER "keep_predictions" BEFORE DELETE OR TRUNCATE ON "predictions" EXECUTE FUNCTION "refuse_change"('predictions are kept');
--> statement-breakpoint
CREATE TRIGGER "keep_models" BEFORE UPDATE ON "models" FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.name <> NEW.name OR OLD.version <> NEW.version)
EXECUTE FUNCTION "refuse_change"('a model at a version stays what it is');
