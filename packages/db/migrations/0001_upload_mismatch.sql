DROP INDEX "uploads_object_id_index";--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "false_extension" text;--> statement-breakpoint
CREATE INDEX "uploads_object_id_id_index" ON "uploads" USING btree ("object_id","id");