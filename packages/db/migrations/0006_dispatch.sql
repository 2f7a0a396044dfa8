CREATE TYPE "public"."work_action" AS ENUM('cancel', 'retry', 'run_again', 'change_priority', 'resume_model');--> statement-breakpoint
CREATE TYPE "public"."run_priority" AS ENUM('low', 'normal', 'high');--> statement-breakpoint
CREATE TABLE "actions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"action" "work_action" NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"prediction_id" uuid,
	"run_id" uuid,
	"model_id" integer,
	"predictions" integer NOT NULL,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "model_pauses" (
	"model_id" integer PRIMARY KEY NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"reason" text NOT NULL,
	"trial_at" timestamp with time zone NOT NULL,
	"trials" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_shares" (
	"url" text NOT NULL,
	"worker_id" uuid NOT NULL,
	"calls" integer NOT NULL,
	CONSTRAINT "model_shares_url_worker_id_pk" PRIMARY KEY("url","worker_id")
);
--> statement-breakpoint
DROP INDEX "predictions_model_id_state_id_index";--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "place" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "runs_alone" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "worker_id" uuid;--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "cancelled_by" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "priority" "run_priority" DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cancelled_by" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cancelled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_by_user_id_fk" FOREIGN KEY ("by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_prediction_id_predictions_id_fk" FOREIGN KEY ("prediction_id") REFERENCES "public"."predictions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_pauses" ADD CONSTRAINT "model_pauses_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_shares" ADD CONSTRAINT "model_shares_worker_id_workers_id_fk" FOREIGN KEY ("worker_id") REFERENCES "public"."workers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "actions_run_id_index" ON "actions" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "actions_prediction_id_index" ON "actions" USING btree ("prediction_id");--> statement-breakpoint
CREATE INDEX "model_shares_worker_id_index" ON "model_shares" USING btree ("worker_id");--> statement-breakpoint
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_cancelled_by_user_id_fk" FOREIGN KEY ("cancelled_by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_cancelled_by_user_id_fk" FOREIGN KEY ("cancelled_by") REFERENCES "public"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "predictions_model_id_state_place_id_index" ON "predictions" USING btree ("model_id","state","place","id");--> statement-breakpoint
CREATE INDEX "predictions_worker_id_index" ON "predictions" USING btree ("worker_id") WHERE worker_id is not null;