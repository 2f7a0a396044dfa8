CREATE TYPE "public"."preview_kind" AS ENUM('thumbnail', 'poster', 'waveform');--> statement-breakpoint
CREATE TYPE "public"."preview_state" AS ENUM('queued', 'made', 'failed');--> statement-breakpoint
CREATE TABLE "previews" (
	"object_id" bigint NOT NULL,
	"kind" "preview_kind" NOT NULL,
	"state" "preview_state" DEFAULT 'queued' NOT NULL,
	"reason" text,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"sha256" "bytea",
	"size" integer,
	CONSTRAINT "previews_object_id_kind_pk" PRIMARY KEY("object_id","kind")
);
--> statement-breakpoint
ALTER TABLE "previews" ADD CONSTRAINT "previews_object_id_objects_id_fk" FOREIGN KEY ("object_id") REFERENCES "public"."objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "previews_sha256_index" ON "previews" USING btree ("sha256");