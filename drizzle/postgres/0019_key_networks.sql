CREATE TABLE "key_networks" (
	"key_id" text NOT NULL,
	"network" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "key_networks_key_id_network_pk" PRIMARY KEY("key_id","network")
);
--> statement-breakpoint
ALTER TABLE "key_networks" ADD CONSTRAINT "key_networks_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE cascade ON UPDATE no action;