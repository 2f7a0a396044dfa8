CREATE TABLE "audit_objects" (
	"sha256" "bytea" NOT NULL,
	"record_id" bigint NOT NULL,
	CONSTRAINT "audit_objects_sha256_record_id_pk" PRIMARY KEY("sha256","record_id")
);
--> statement-breakpoint
CREATE TRIGGER "keep_objects" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_objects" EXECUTE FUNCTION "refuse_change"('the audit trail is only added to');
