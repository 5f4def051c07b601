import { join } from "node:path";
import { Glob } from "bun";
import { z } from "zod";

const src = join(import.meta.dir, "../../../src");

/** What contracts are called in the SDK where their own name says too little outside of their folder. */
const publicNames: Readonly<Record<string, string>> = {
  Action: "AuditAction",
  Accepted: "AcceptedInvitation",
  Confirm: "VerifyTwoFactor",
  CreationOptions: "PasskeyCreationOptions",
  Enrollment: "TwoFactorEnrollment",
  EmailOnly: "EmailInput",
  Environment: "KeyEnvironment",
  Invite: "CreateInvitation",
  Page: "PageQuery",
  Proof: "EmailToken",
  RequestOptions: "PasskeyRequestOptions",
  Requested: "RequestedEmail",
  Search: "AdminSearch",
  SetUp: "SetUpTwoFactor",
  Status: "TwoFactorStatus",
  WithFactor: "TwoFactorProof",
};

/** The name of every contract that a file exports. */
export const contractNames: ReadonlyMap<z.ZodType, string> = new Map(await exportedContracts());

async function exportedContracts(): Promise<[z.ZodType, string][]> {
  const found: [z.ZodType, string][] = [];
  for (const file of [...new Glob("**/*.contract.ts").scanSync(src)].sort()) {
    const exported = (await import(join(src, file))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported))
      if (value instanceof z.ZodType) found.push([value, publicNames[name] ?? name]);
  }
  return found;
}
