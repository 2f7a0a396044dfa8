CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
-- The words of a text, cut at every sign of ASCII: "IMG_2041.jpg" is three. Text without end would be refused: a list of words holds 1 MiB.
CREATE FUNCTION "search_words"(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT to_tsvector('pg_catalog.simple', translate(left($1, 75000), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32))) $$;--> statement-breakpoint
-- Of a class or the label of an annotation. From the names alone, so that it is known without being asked for.
CREATE FUNCTION "result_key"("kind" text, "model" text, "name" text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT ('x' || left(md5("kind" || '/' || "model" || '/' || "name"), 16))::bit(64)::bigint $$;--> statement-breakpoint
CREATE FUNCTION "look_parts"("hash" bytea) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array(SELECT (i << 16) | (get_byte("hash", 2 * i) << 8) | get_byte("hash", 2 * i + 1) FROM generate_series(0, 15) i) $$;--> statement-breakpoint
CREATE TYPE "public"."result_name_kind" AS ENUM('class', 'annotation');--> statement-breakpoint
CREATE TABLE "look_hashes" (
	"object_id" bigint NOT NULL,
	"prediction_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"parts" integer[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "result_names" (
	"key" bigint PRIMARY KEY NOT NULL,
	"kind" "result_name_kind" NOT NULL,
	"model" text NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_searches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"sort" text NOT NULL,
	"saved_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saved_searches_ownerId_name_unique" UNIQUE("owner_id","name")
);
--> statement-breakpoint
CREATE TABLE "search_texts" (
	"object_id" bigint NOT NULL,
	"prediction_id" uuid NOT NULL,
	"words" "tsvector" NOT NULL
);
--> statement-breakpoint
DROP INDEX "labels_prediction_id_index";--> statement-breakpoint
ALTER TABLE "annotations" ADD COLUMN "object_id" bigint;--> statement-breakpoint
ALTER TABLE "annotations" ADD COLUMN "key" bigint;--> statement-breakpoint
ALTER TABLE "labels" ADD COLUMN "object_id" bigint;--> statement-breakpoint
ALTER TABLE "labels" ADD COLUMN "key" bigint;--> statement-breakpoint
ALTER TABLE "saved_searches" ADD CONSTRAINT "saved_searches_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- What a model said stays as it was: it only learns which object it is of.
ALTER TABLE "labels" DISABLE TRIGGER "keep_labels";--> statement-breakpoint
ALTER TABLE "annotations" DISABLE TRIGGER "keep_annotations";--> statement-breakpoint
UPDATE "annotations" a SET "object_id" = p."object_id", "key" = result_key('annotation', m."name", a."label") FROM "predictions" p JOIN "models" m ON m."id" = p."model_id" WHERE p."id" = a."prediction_id";--> statement-breakpoint
UPDATE "labels" l SET "object_id" = p."object_id", "key" = result_key('class', m."name", l."class") FROM "predictions" p JOIN "models" m ON m."id" = p."model_id" WHERE p."id" = l."prediction_id";--> statement-breakpoint
ALTER TABLE "labels" ENABLE TRIGGER "keep_labels";--> statement-breakpoint
ALTER TABLE "annotations" ENABLE TRIGGER "keep_annotations";--> statement-breakpoint
INSERT INTO "result_names" ("key", "kind", "model", "name")
SELECT DISTINCT l."key", 'class'::result_name_kind, m."name", l."class" FROM "labels" l JOIN "predictions" p ON p."id" = l."prediction_id" JOIN "models" m ON m."id" = p."model_id"
UNION SELECT DISTINCT a."key", 'annotation'::result_name_kind, m."name", a."label" FROM "annotations" a JOIN "predictions" p ON p."id" = a."prediction_id" JOIN "models" m ON m."id" = p."model_id";--> statement-breakpoint
INSERT INTO "search_texts" ("object_id", "prediction_id", "words")
SELECT t."object_id", t."id", search_words(t."text") FROM (
	SELECT p."object_id", p."id", concat_ws(' ',
		(SELECT string_agg(v #>> '{}', ' ') FROM jsonb_path_query(p."result"::jsonb, 'strict $.** ? (@.type() == "string")') v),
		(SELECT string_agg(a."text", ' ' ORDER BY a."position") FROM "annotations" a WHERE a."prediction_id" = p."id")) AS "text"
	FROM "predictions" p WHERE p."result" IS NOT NULL) t WHERE t."text" <> '';--> statement-breakpoint
INSERT INTO "look_hashes" ("object_id", "prediction_id", "hash", "parts")
SELECT "object_id", "prediction_id", decode("word", 'hex'), look_parts(decode("word", 'hex')) FROM "labels" WHERE "class" = 'pdq' AND "word" ~ '^[0-9a-f]{64}$';--> statement-breakpoint
ALTER TABLE "annotations" ALTER COLUMN "object_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "annotations" ALTER COLUMN "key" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "object_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "key" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "look_hashes_object_id_index" ON "look_hashes" USING btree ("object_id");--> statement-breakpoint
CREATE INDEX "look_hashes_parts_index" ON "look_hashes" USING gin ("parts");--> statement-breakpoint
CREATE INDEX "result_names_name_index" ON "result_names" USING btree ("name");--> statement-breakpoint
CREATE INDEX "search_texts_object_id_index" ON "search_texts" USING btree ("object_id");--> statement-breakpoint
CREATE INDEX "search_texts_words_index" ON "search_texts" USING gin ("words");--> statement-breakpoint
CREATE INDEX "objects_size_id_index" ON "objects" USING btree ("size","id");--> statement-breakpoint
CREATE INDEX "objects_media_type_id_index" ON "objects" USING btree ("media_type","id");--> statement-breakpoint
CREATE INDEX "objects_mime_id_index" ON "objects" USING btree ("mime","id");--> statement-breakpoint
CREATE INDEX "annotations_object_id_key_index" ON "annotations" USING btree ("object_id","key");--> statement-breakpoint
CREATE INDEX "annotations_key_score_object_id_index" ON "annotations" USING btree ("key","score","object_id");--> statement-breakpoint
CREATE INDEX "labels_object_id_key_index" ON "labels" USING btree ("object_id","key");--> statement-breakpoint
CREATE INDEX "labels_number_index" ON "labels" USING btree ("key","number","object_id") WHERE number is not null;--> statement-breakpoint
CREATE INDEX "labels_word_index" ON "labels" USING btree ("key",lower(left(word, 100)),"object_id") WHERE word is not null;--> statement-breakpoint
CREATE INDEX "labels_part_of_word_index" ON "labels" USING gin (lower(left(word, 1000)) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "uploads_uploaded_at_object_id_index" ON "uploads" USING btree ("uploaded_at","object_id");--> statement-breakpoint
CREATE INDEX "uploads_name_index" ON "uploads" USING btree (lower(left(file_name, 200)) collate "C","object_id");--> statement-breakpoint
CREATE INDEX "uploads_words_of_name_index" ON "uploads" USING gin (search_words(file_name));--> statement-breakpoint
CREATE INDEX "uploads_part_of_name_index" ON "uploads" USING gin (lower(left(file_name, 1000)) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "uploads_mismatch_index" ON "uploads" USING btree ("object_id") WHERE false_extension is not null;--> statement-breakpoint
ALTER TABLE "labels" DROP COLUMN "class";