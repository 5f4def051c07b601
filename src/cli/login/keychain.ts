/** Where the operating system keeps secrets for its user. */
export interface Keychain {
  /** As people call it. */
  name: string;
  /** Undefined where it has none, or is locked. */
  read(): Promise<string | undefined>;
  /** False where it does not take it. */
  write(text: string): Promise<boolean>;
  remove(): Promise<void>;
}

/** Milliseconds: the system may ask its user for a password meanwhile. */
const timeout = 60_000;

/** The keychain of this machine, where it has a command for it: `secret-tool` of libsecret, or `security` of macOS. */
export function findKeychain(): Keychain | undefined {
  if (process.platform === "darwin" && Bun.which("security") !== null) return macKeychain;
  return Bun.which("secret-tool") === null ? undefined : secretService;
}

const secretService: Keychain = {
  name: "the keyring of this desktop",
  read: () => output(["secret-tool", "lookup", "service", "bask"]),
  // The secret goes in by standard input: other users of the machine see arguments.
  write: async (text) =>
    (await output(["secret-tool", "store", "--label=Bask", "service", "bask"], encoded(text))) !== undefined,
  remove: async () => void (await output(["secret-tool", "clear", "service", "bask"])),
};

const entry = "-s bask -a login";
const macKeychain: Keychain = {
  name: "the keychain of this Mac",
  read: () => output(["security", "find-generic-password", ...entry.split(" "), "-w"]),
  write: async (text) =>
    (await output(["security", "-i"], `add-generic-password -U ${entry} -w ${encoded(text)}\n`)) !== undefined &&
    (await macKeychain.read()) === text,
  remove: async () => void (await output(["security", "delete-generic-password", ...entry.split(" ")])),
};

/** One word, for which no shell and no keychain has rules of its own. */
const encoded = (text: string) => Buffer.from(text).toString("base64url");

/** What a command prints, decoded; undefined where it fails, or says nothing in time. */
async function output(command: string[], stdin = ""): Promise<string | undefined> {
  const child = Bun.spawn(command, { stdin: Buffer.from(stdin), stdout: "pipe", stderr: "ignore", timeout });
  const text = (await new Response(child.stdout).text()).trim();
  return (await child.exited) === 0 ? Buffer.from(text, "base64url").toString() : undefined;
}
