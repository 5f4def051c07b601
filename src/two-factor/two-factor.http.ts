import { route } from "../http/route";
import { listOf } from "../shapes.contract";
import { forgetDevice, listTrustedDevices } from "./devices";
import {
  confirmTwoFactor,
  disableTwoFactor,
  regenerateBackupCodes,
  setUpTwoFactor,
  twoFactorStatus,
} from "./two-factor";
import { BackupCodes, Confirm, Enrollment, SetUp, Status, TrustedDevice, WithFactor } from "./two-factor.contract";

export const twoFactorRoutes = [
  route("GET", "/auth/two-factor", {
    access: "user",
    summary: "Whether two-factor authentication is on, and how many backup codes are left",
    response: Status,
    run: ({ app, actor }) => twoFactorStatus(app, actor),
  }),
  route("POST", "/auth/two-factor/setup", {
    access: "user",
    throttle: "credentials",
    summary: "Begin to set up an authenticator app",
    body: SetUp,
    response: Enrollment,
    run: ({ app, actor, body }) => setUpTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/verify", {
    access: "user",
    throttle: "credentials",
    summary: "Switch two-factor authentication on with a first code",
    body: Confirm,
    response: BackupCodes,
    run: ({ app, actor, body }) => confirmTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/disable", {
    access: "user",
    throttle: "credentials",
    summary: "Switch two-factor authentication off",
    body: WithFactor,
    response: null,
    run: ({ app, actor, body }) => disableTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/backup-codes", {
    access: "user",
    throttle: "credentials",
    summary: "Replace the backup codes",
    body: WithFactor,
    response: BackupCodes,
    run: ({ app, actor, body }) => regenerateBackupCodes(app, actor, body),
  }),
  route("GET", "/auth/two-factor/devices", {
    access: "user",
    summary: "The devices that need no two-factor code",
    response: listOf(TrustedDevice),
    run: ({ app, actor }) => listTrustedDevices(app, actor),
  }),
  route("DELETE", "/auth/two-factor/devices/:id", {
    access: "user",
    summary: "Have a device asked for a two-factor code again",
    response: null,
    run: ({ app, actor, params }) => forgetDevice(app, actor, params.id),
  }),
];
