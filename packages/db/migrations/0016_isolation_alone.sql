UPDATE "predictions" SET "isolation" = 'in_worker' WHERE "runs_alone" AND "state" IN ('queued', 'running');--> statement-breakpoint
ALTER TABLE "predictions" DROP COLUMN "runs_alone";