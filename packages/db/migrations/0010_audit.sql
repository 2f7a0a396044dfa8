CREATE TABLE "audit_checkpoints" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_checkpoints_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"place" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"at" text NOT NULL,
	"public_key" text NOT NULL,
	"signature" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_records" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_records_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"transaction" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"user_id" text,
	"username" text,
	"key_id" text,
	"address" text,
	"agent" text,
	"act" text NOT NULL,
	"subject_kind" text,
	"subject_id" text,
	"outcome" text DEFAULT 'done' NOT NULL,
	"details" json
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"place" bigint PRIMARY KEY NOT NULL,
	"record_id" bigint NOT NULL,
	"form" integer NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_seals_recordId_unique" UNIQUE("record_id")
);
--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "audit_record_id" bigint;--> statement-breakpoint
CREATE INDEX "audit_records_transaction_id_index" ON "audit_records" USING btree ("transaction","id");--> statement-breakpoint
CREATE INDEX "audit_records_at_id_index" ON "audit_records" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_records_user_id_at_id_index" ON "audit_records" USING btree ("user_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_records_act_at_id_index" ON "audit_records" USING btree ("act","at","id");--> statement-breakpoint
CREATE INDEX "audit_records_subject_id_at_id_index" ON "audit_records" USING btree ("subject_id","at","id");