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
    summary: "Get the state of two-factor authentication",
    response: Status,
    run: ({ app, actor }) => twoFactorStatus(app, actor),
  }),
  route("POST", "/auth/two-factor/setup", {
    access: "user",
    throttle: "credentials",
    summary: "Start to set up an authenticator app",
    body: SetUp,
    response: Enrollment,
    run: ({ app, actor, body }) => setUpTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/verify", {
    access: "user",
    throttle: "credentials",
    summary: "Turn on two-factor authentication with a first code",
    body: Confirm,
    response: BackupCodes,
    run: ({ app, actor, body }) => confirmTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/disable", {
    access: "user",
    throttle: "credentials",
    summary: "Turn off two-factor authentication",
    body: WithFactor,
    response: null,
    run: ({ app, actor, body }) => disableTwoFactor(app, actor, body),
  }),
  route("POST", "/auth/two-factor/backup-codes", {
    access: "user",
    throttle: "credentials",
    summary: "Replace your backup codes",
    body: WithFactor,
    response: BackupCodes,
    run: ({ app, actor, body }) => regenerateBackupCodes(app, actor, body),
  }),
  route("GET", "/auth/two-factor/devices", {
    access: "user",
    summary: "List your trusted devices",
    response: listOf(TrustedDevice),
    run: ({ app, actor }) => listTrustedDevices(app, actor),
  }),
  route("DELETE", "/auth/two-factor/devices/:id", {
    access: "user",
    summary: "Stop trusting a device",
    response: null,
    run: ({ app, actor, params }) => forgetDevice(app, actor, params.id),
  }),
];
