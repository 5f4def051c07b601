import { sourceNames } from "../../imports/sources/names";
import type { Command } from "../command";

const work = () => import("./import.run");

export const importCommands: readonly Command[] = [
  {
    name: "import users",
    summary: "Import users from another system, with the hashes of their passwords; see docs/importing.md",
    args: [["<file>", "JSON, NDJSON or CSV, as the other system exports it"]],
    options: [
      ["--from <system>", `${sourceNames.join(", ")}; without it, Bask's own format`],
      ["--hashes <file>", "the password hashes, where they are in a file of their own (Auth0, better-auth)"],
      ["--hash-config <file>", "the parameters of the password hashes (Firebase)"],
      ["--report <file>", "write what became of each record to a new CSV file"],
      ["--assume-verified", "count emails as verified where the other system does not say (Django)"],
      ["--drop-unsupported-hashes", "import users whose hash cannot be verified here without a password"],
      ["--dry-run", "say what would happen, and change nothing"],
    ],
    examples: [
      "import users users.ndjson --from auth0 --hashes password-hashes.ndjson --dry-run",
      "import users users.json --from firebase --hash-config hash-config.txt --report report.csv",
      "import users users.csv",
    ],
    run: async (call) => (await work()).importFile(call),
  },
  {
    name: "import undo",
    summary: "Delete the users of an import who have not used their account",
    args: [["<run>", "the id that the import printed when it began"]],
    destroys: true,
    examples: ["import undo imp_01... --yes"],
    run: async (call) => (await work()).undo(call),
  },
];
