import type { Command } from "../command";

const work = () => import("./login.run");
const tokenFile = ["--token-file <file>", "keep the login in this file and in no keychain"] as const;

export const loginCommands: readonly Command[] = [
  {
    name: "login",
    summary: "Log in to a server as yourself, in one of your organizations, by a code that you type in a browser",
    options: [
      ["--url <url>", "the server; without it, that of the login before"],
      ["--browser", "by the browser of this machine, without a code"],
      ["--scopes <scopes>", "what the login may do, such as members:*,webhooks:*; without it, read"],
      tokenFile,
    ],
    examples: [
      "login --url https://api.example.com",
      "login --url https://api.example.com --browser --scopes members:*,invitations:*",
    ],
    run: async (call) => (await work()).login(call),
  },
  {
    name: "logout",
    summary: "End the login of this machine, here and at the server",
    options: [tokenFile],
    examples: ["logout"],
    run: async (call) => (await work()).logout(call),
  },
  {
    name: "whoami",
    summary: "Show who is logged in on this machine, where, and what the login may do",
    options: [tokenFile],
    examples: ["whoami", "whoami --json"],
    run: async (call) => (await work()).whoami(call),
  },
  {
    name: "api",
    summary: "Send a request to the API as who is logged in, and print the response",
    args: [["<path>", "below /api/v1, such as /organizations"]],
    options: [
      ["--method <method>", "GET without it, or POST with a body"],
      ["--body <json>", "the body; - reads it from standard input"],
      tokenFile,
    ],
    examples: ["api /organizations", "api /organizations/org_01.../invitations --body - < invitation.json"],
    run: async (call) => (await work()).api(call),
  },
];
