DROP INDEX "case_objects_case_id_added_at_object_id_index";--> statement-breakpoint
DROP INDEX "objects_size_id_index";--> statement-breakpoint
DROP INDEX "labels_number_index";--> statement-breakpoint
DROP INDEX "uploads_name_index";--> statement-breakpoint
ALTER TABLE "case_objects" ADD COLUMN "place" bigint;--> statement-breakpoint
UPDATE "case_objects" SET "place" = "object_id";--> statement-breakpoint
-- What was in another case before stands behind all that had come by then.
WITH "late" AS (
	SELECT c."object_id", c."case_id", c."added_at" FROM "case_objects" c WHERE EXISTS (
		SELECT FROM "case_objects" e WHERE e."object_id" = c."object_id" AND e."added_at" < c."added_at")
), "moments" AS (
	SELECT "id", "stored_at" AS "at", NULL::bigint AS "object_id", NULL::uuid AS "case_id" FROM "objects"
	UNION ALL SELECT NULL, "added_at", "object_id", "case_id" FROM "late"
), "placed" AS (
	SELECT "object_id", "case_id", max("id") OVER (ORDER BY "at") AS "place" FROM "moments"
)
UPDATE "case_objects" c SET "place" = p."place" FROM "placed" p
WHERE p."object_id" = c."object_id" AND p."case_id" = c."case_id" AND p."place" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "case_objects" ALTER COLUMN "place" SET NOT NULL;--> statement-breakpoint
CREATE OR REPLACE FUNCTION "put_uploads_in_cases"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO case_objects (object_id, case_id, place)
	SELECT a.object_id, a.case_id, CASE WHEN EXISTS (SELECT FROM case_objects o WHERE o.object_id = a.object_id)
		THEN nextval('objects_id_seq') ELSE a.object_id END
	FROM (SELECT DISTINCT object_id, case_id FROM added ORDER BY 1, 2) a ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION "put_heirs_in_cases"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM added) THEN
		RETURN NULL;
	END IF;
	-- Who derives something of these at this moment is waited for, and seen; who does so later finds these rows.
	PERFORM 1 FROM objects WHERE id IN (SELECT object_id FROM added) ORDER BY id FOR SHARE;
	-- Each of these is in a case already: that of what it was made from.
	INSERT INTO case_objects (object_id, case_id, place)
	SELECT h.child_id, h.case_id, nextval('objects_id_seq')
	FROM (SELECT DISTINCT d.child_id, a.case_id FROM added a JOIN derivations d ON d.parent_id = a.object_id ORDER BY 1, 2) h
	ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION "put_derived_in_cases"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM 1 FROM objects WHERE id IN (SELECT parent_id FROM added) ORDER BY id FOR NO KEY UPDATE;
	INSERT INTO case_objects (object_id, case_id, place)
	SELECT a.object_id, a.case_id, CASE WHEN EXISTS (SELECT FROM case_objects o WHERE o.object_id = a.object_id)
		THEN nextval('objects_id_seq') ELSE a.object_id END
	FROM (SELECT DISTINCT d.child_id AS object_id, c.case_id FROM added d JOIN case_objects c ON c.object_id = d.parent_id
		ORDER BY 1, 2) a ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;--> statement-breakpoint
-- Decides between what is equal in a list. The key is of this database alone: without it the order of the numbers could be
-- told from that of their hashes.
DO $make$ BEGIN
	EXECUTE format('CREATE FUNCTION tie(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT hashint8extended($1, %s) $$',
		('x' || left(md5(gen_random_uuid()::text || gen_random_uuid()::text), 16))::bit(64)::bigint);
END $make$;--> statement-breakpoint
CREATE INDEX "case_objects_case_id_place_object_id_index" ON "case_objects" USING btree ("case_id","place","object_id");--> statement-breakpoint
CREATE INDEX "case_objects_late_index" ON "case_objects" USING btree ("case_id","place","object_id") WHERE place <> object_id;--> statement-breakpoint
CREATE INDEX "derivations_tie_index" ON "derivations" USING btree (tie(child_id),"child_id");--> statement-breakpoint
CREATE INDEX "objects_size_index" ON "objects" USING btree ("size",tie(id));--> statement-breakpoint
CREATE INDEX "labels_number_index" ON "labels" USING btree ("key","number",tie(object_id),"object_id") WHERE number is not null;--> statement-breakpoint
CREATE INDEX "uploads_name_index" ON "uploads" USING btree (lower(left(file_name, 200)) collate "C",tie(object_id));