CREATE TYPE "public"."case_role" AS ENUM('reader', 'contributor', 'manager');--> statement-breakpoint
CREATE TABLE "api_key_cases" (
	"key_id" text NOT NULL,
	"case_id" uuid NOT NULL,
	CONSTRAINT "api_key_cases_key_id_case_id_pk" PRIMARY KEY("key_id","case_id")
);
--> statement-breakpoint
CREATE TABLE "case_members" (
	"user_id" text NOT NULL,
	"case_id" uuid NOT NULL,
	"role" "case_role" NOT NULL,
	"added_by" text NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "case_members_user_id_case_id_pk" PRIMARY KEY("user_id","case_id")
);
--> statement-breakpoint
CREATE TABLE "case_objects" (
	"object_id" bigint NOT NULL,
	"case_id" uuid NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "case_objects_object_id_case_id_pk" PRIMARY KEY("object_id","case_id")
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"private_of" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp with time zone,
	"held_at" timestamp with time zone,
	"retention_days" integer,
	CONSTRAINT "cases_privateOf_unique" UNIQUE("private_of")
);
--> statement-breakpoint
DROP INDEX "runs_asked_by_asked_at_id_index";--> statement-breakpoint
-- Each person has a private case, and what there is goes into that of who brought it in.
INSERT INTO "cases" ("name", "private_of", "created_by", "created_at") SELECT 'Private', "id", "id", "created_at" FROM "user";--> statement-breakpoint
INSERT INTO "case_members" ("user_id", "case_id", "role", "added_by", "added_at") SELECT "private_of", "id", 'manager', "private_of", "created_at" FROM "cases";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "case_id" uuid;--> statement-breakpoint
UPDATE "runs" SET "case_id" = "cases"."id" FROM "cases" WHERE "cases"."private_of" = "runs"."asked_by";--> statement-breakpoint
ALTER TABLE "runs" ALTER COLUMN "case_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "case_id" uuid;--> statement-breakpoint
UPDATE "uploads" SET "case_id" = "runs"."case_id" FROM "runs" WHERE "runs"."id" = "uploads"."run_id";--> statement-breakpoint
ALTER TABLE "uploads" ALTER COLUMN "case_id" SET NOT NULL;--> statement-breakpoint
WITH RECURSIVE "within"("object_id", "case_id") AS (
	SELECT "object_id", "case_id" FROM "uploads"
	UNION SELECT d."child_id", w."case_id" FROM "within" w JOIN "derivations" d ON d."parent_id" = w."object_id"
)
INSERT INTO "case_objects" ("object_id", "case_id", "added_at")
SELECT w."object_id", w."case_id", coalesce((
	SELECT min(u."uploaded_at") FROM "uploads" u WHERE u."object_id" = w."object_id" AND u."case_id" = w."case_id"), o."stored_at")
FROM "within" w JOIN "objects" o ON o."id" = w."object_id";--> statement-breakpoint
ALTER TABLE "api_key_cases" ADD CONSTRAINT "api_key_cases_key_id_apikey_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."apikey"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key_cases" ADD CONSTRAINT "api_key_cases_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_members" ADD CONSTRAINT "case_members_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_members" ADD CONSTRAINT "case_members_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_members" ADD CONSTRAINT "case_members_added_by_user_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_objects" ADD CONSTRAINT "case_objects_object_id_objects_id_fk" FOREIGN KEY ("object_id") REFERENCES "public"."objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_objects" ADD CONSTRAINT "case_objects_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_private_of_user_id_fk" FOREIGN KEY ("private_of") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "case_members_case_id_index" ON "case_members" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "case_objects_case_id_added_at_object_id_index" ON "case_objects" USING btree ("case_id","added_at","object_id");--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "runs_case_id_asked_at_id_index" ON "runs" USING btree ("case_id","asked_at","id");--> statement-breakpoint
CREATE FUNCTION "make_private_case"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	made uuid;
BEGIN
	INSERT INTO cases (name, private_of, created_by) VALUES ('Private', NEW.id, NEW.id) RETURNING id INTO made;
	INSERT INTO case_members (user_id, case_id, role, added_by) VALUES (NEW.id, made, 'manager', NEW.id);
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "private_case" AFTER INSERT ON "user" FOR EACH ROW EXECUTE FUNCTION make_private_case();--> statement-breakpoint
CREATE FUNCTION "put_uploads_in_cases"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO case_objects (object_id, case_id)
	SELECT DISTINCT object_id, case_id FROM added ORDER BY 1, 2 ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "in_case" AFTER INSERT ON "uploads" REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION put_uploads_in_cases();--> statement-breakpoint
-- What joins a case brings along what was derived from it, step by step: each insert here calls this again.
CREATE FUNCTION "put_heirs_in_cases"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM added) THEN
		RETURN NULL;
	END IF;
	-- Who derives something of these at this moment is waited for, and seen; who does so later finds these rows.
	PERFORM 1 FROM objects WHERE id IN (SELECT object_id FROM added) ORDER BY id FOR SHARE;
	INSERT INTO case_objects (object_id, case_id)
	SELECT DISTINCT d.child_id, a.case_id FROM added a JOIN derivations d ON d.parent_id = a.object_id
	ORDER BY 1, 2 ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "heirs_too" AFTER INSERT ON "case_objects" REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION put_heirs_in_cases();--> statement-breakpoint
CREATE FUNCTION "put_derived_in_cases"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM 1 FROM objects WHERE id IN (SELECT parent_id FROM added) ORDER BY id FOR NO KEY UPDATE;
	INSERT INTO case_objects (object_id, case_id)
	SELECT DISTINCT a.child_id, c.case_id FROM added a JOIN case_objects c ON c.object_id = a.parent_id
	ORDER BY 1, 2 ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "in_case" AFTER INSERT ON "derivations" REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION put_derived_in_cases();--> statement-breakpoint
CREATE FUNCTION "refuse_deletion_on_hold"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM cases WHERE id = OLD.case_id AND held_at IS NOT NULL) THEN
		RAISE EXCEPTION 'Case % is on legal hold: nothing of it can be deleted', OLD.case_id USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN OLD;
END $$;--> statement-breakpoint
CREATE TRIGGER "hold" BEFORE DELETE ON "uploads" FOR EACH ROW EXECUTE FUNCTION refuse_deletion_on_hold();--> statement-breakpoint
CREATE TRIGGER "hold" BEFORE DELETE ON "case_objects" FOR EACH ROW EXECUTE FUNCTION refuse_deletion_on_hold();
