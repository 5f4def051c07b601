import { route } from "../http/route";
import { identityErrors } from "../users/reauthenticate";
import { forgetDevice, listTrustedDevices } from "./devices";
import {
  confirmTwoFactor,
  disableTwoFactor,
  regenerateBackupCodes,
  setUpTwoFactor,
  twoFactorStatus,
} from "./two-factor";
import { BackupCodes, Confirm, Enrollment, SetUp, Status, TrustedDevices, WithFactor } from "./two-factor.contract";

export const twoFactorRoutes = [
  route("GET", "/auth/two-factor", {
    operationId: "getTwoFactor",
    access: "user",
    summary: "Get the state of two-factor authentication",
    description: "Says whether two-factor authentication is on, and how many backup codes are left.",
    response: Status,
    run: ({ app, actor }) => twoFactorStatus(app, actor),
  }),
  route("POST", "/auth/two-factor/setup", {
    operationId: "setUpTwoFactor",
    access: "user",
    throttle: "credentials",
    summary: "Start to set up an authenticator app",
    description:
      "Returns a secret and its QR code for an authenticator app. Nothing changes until the first code is verified.",
    errors: [...identityErrors, "CONFLICT"],
    body: SetUp,
    response: Enrollment,
    run: ({ app, actor, body }) => setUpTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/verify", {
    operationId: "verifyTwoFactor",
    access: "user",
    throttle: "credentials",
    summary: "Turn on two-factor authentication with a first code",
    description:
      "Turns on two-factor authentication with a code from the app and returns ten backup codes, which are shown once.",
    errors: ["INVALID_TWO_FACTOR_CODE", "CONFLICT", "ACCOUNT_TEMPORARILY_LOCKED"],
    body: Confirm,
    response: BackupCodes,
    run: ({ app, actor, body }) => confirmTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/disable", {
    operationId: "disableTwoFactor",
    access: "user",
    throttle: "credentials",
    summary: "Turn off two-factor authentication",
    description: "Turns off two-factor authentication. Needs the password and a code.",
    errors: [...identityErrors, "CONFLICT"],
    body: WithFactor,
    response: null,
    run: ({ app, actor, body }) => disableTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/backup-codes", {
    operationId: "regenerateBackupCodes",
    access: "user",
    throttle: "credentials",
    summary: "Replace your backup codes",
    description: "Returns ten new backup codes. The earlier ones stop working.",
    errors: [...identityErrors, "CONFLICT"],
    body: WithFactor,
    response: BackupCodes,
    run: ({ app, actor, body }) => regenerateBackupCodes(app, actor, body),
  }),
  route("GET", "/auth/two-factor/devices", {
    operationId: "listTrustedDevices",
    access: "user",
    summary: "List your trusted devices",
    description: "Lists the devices that sign in without a code.",
    response: TrustedDevices,
    run: ({ app, actor }) => listTrustedDevices(app, actor),
  }),
  route("DELETE", "/auth/two-factor/devices/:id", {
    operationId: "forgetTrustedDevice",
    access: "user",
    summary: "Stop trusting a device",
    description: "Makes a device ask for a code again at its next sign-in.",
    response: null,
    run: ({ app, actor, params }) => forgetDevice(app, actor, params.id),
  }),
];
