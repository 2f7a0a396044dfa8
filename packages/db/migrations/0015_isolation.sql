CREATE TYPE "public"."isolation" AS ENUM('none', 'in_worker', 'at_model');--> statement-breakpoint
ALTER TABLE "model_shares" ADD COLUMN "alone_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "isolation" "isolation" DEFAULT 'none' NOT NULL;