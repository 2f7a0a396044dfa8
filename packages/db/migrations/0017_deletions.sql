CREATE TYPE "public"."deletion_cause" AS ENUM('request', 'retention');--> statement-breakpoint
CREATE TABLE "deletions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deletions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"object_id" bigint NOT NULL,
	"case_id" uuid NOT NULL,
	"cause" "deletion_cause" NOT NULL,
	"by" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"reason" text NOT NULL,
	"with_id" bigint,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "objects" ADD COLUMN "released_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deletions" ADD CONSTRAINT "deletions_object_id_objects_id_fk" FOREIGN KEY ("object_id") REFERENCES "public"."objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deletions" ADD CONSTRAINT "deletions_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deletions" ADD CONSTRAINT "deletions_by_user_id_fk" FOREIGN KEY ("by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deletions" ADD CONSTRAINT "deletions_with_id_objects_id_fk" FOREIGN KEY ("with_id") REFERENCES "public"."objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "deletions_object_id_case_id_index" ON "deletions" USING btree ("object_id","case_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "objects_id_index" ON "objects" USING btree ("id") WHERE released_at is not null;--> statement-breakpoint
CREATE FUNCTION "refuse_giving_up_on_hold"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM cases WHERE id = NEW.case_id AND held_at IS NOT NULL) THEN
		RAISE EXCEPTION 'Case % is on legal hold: nothing of it can be deleted', NEW.case_id USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "hold" BEFORE INSERT ON "deletions" FOR EACH ROW EXECUTE FUNCTION refuse_giving_up_on_hold();
