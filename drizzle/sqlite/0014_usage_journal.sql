-- compatible: older releases serve a database that has this
CREATE TABLE `usage_journal` (
	`batch` text NOT NULL,
	`number` integer NOT NULL,
	`entries` text NOT NULL,
	PRIMARY KEY(`batch`, `number`)
);
