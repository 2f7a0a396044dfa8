CREATE TYPE "public"."fault_owner" AS ENUM('object', 'model', 'store', 'unknown');--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "fault" "fault_owner";