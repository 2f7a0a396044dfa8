CREATE TABLE "derivations" (
	"prediction_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"parent_id" bigint NOT NULL,
	"child_id" bigint NOT NULL,
	"time_start" double precision,
	"time_end" double precision,
	"label" text,
	CONSTRAINT "derivations_prediction_id_position_pk" PRIMARY KEY("prediction_id","position")
);
--> statement-breakpoint
CREATE TABLE "run_models" (
	"run_id" uuid NOT NULL,
	"model_id" integer NOT NULL,
	CONSTRAINT "run_models_run_id_model_id_pk" PRIMARY KEY("run_id","model_id")
);
--> statement-breakpoint
ALTER TABLE "derivations" ADD CONSTRAINT "derivations_prediction_id_predictions_id_fk" FOREIGN KEY ("prediction_id") REFERENCES "public"."predictions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "derivations" ADD CONSTRAINT "derivations_parent_id_objects_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "derivations" ADD CONSTRAINT "derivations_child_id_objects_id_fk" FOREIGN KEY ("child_id") REFERENCES "public"."objects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_models" ADD CONSTRAINT "run_models_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_models" ADD CONSTRAINT "run_models_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "derivations_parent_id_index" ON "derivations" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "derivations_child_id_index" ON "derivations" USING btree ("child_id");