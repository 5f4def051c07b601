-- compatible: older releases serve a database that has this
CREATE TABLE "external_ids" (
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"user_id" text NOT NULL,
	CONSTRAINT "external_ids_source_external_id_pk" PRIMARY KEY("source","external_id")
);
--> statement-breakpoint
ALTER TABLE "external_ids" ADD CONSTRAINT "external_ids_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "external_ids_user" ON "external_ids" USING btree ("user_id");