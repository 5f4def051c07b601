import type { EmailTokenStatus } from "../mail/email-token.contract";
import type {
  AcceptedPasskeys,
  CreationOptions,
  Passkey,
  RenamePasskey,
  RequestOptions,
} from "../passkeys/passkeys.contract";
import type { ContinueLogin, LoggedIn, Login, Session } from "../sessions/sessions.contract";
import type {
  BackupCodes,
  Confirm,
  Enrollment,
  SetUp,
  Status,
  TrustedDevice,
  WithFactor,
} from "../two-factor/two-factor.contract";
import type {
  ChangeEmail,
  ChangePassword,
  DeleteAccount,
  EmailOnly,
  Identity,
  Proof,
  Register,
  Registered,
  Requested,
  ResetPassword,
  UpdateUser,
  User,
  VerifyEmail,
} from "../users/users.contract";
import type { Connection, TokenPair } from "./connection";
import { createPasskey, signalAcceptedPasskeys, usePasskey } from "./passkeys";
import { type Input, type List, type Output, segment } from "./wire";

/** Accounts, sessions and second factors. */
export const peopleCalls = ({ call, keep, refresh, tokens, cookie }: Connection) => ({
  auth: {
    register: (input: Input<typeof Register>) => call<Output<typeof Registered>>("POST", "/auth/register", input),
    /** For users who are signed in or send the password of the account. */
    async verifyEmail(input: Input<typeof VerifyEmail>) {
      // This route ignores an expired access token instead of refusing it, so it is refreshed first.
      if (tokens() && input.password === undefined) await refresh();
      await call<void>("POST", "/auth/verify-email", input);
    },
    resendVerification: (input: Input<typeof EmailOnly>) =>
      call<Output<typeof Requested>>("POST", "/auth/resend-verification", input),
    forgotPassword: (input: Input<typeof EmailOnly>) =>
      call<Output<typeof Requested>>("POST", "/auth/forgot-password", input),
    /** What the token of an email is for and whether it still works; it is not used by that. */
    emailToken: (input: Input<typeof Proof>) =>
      call<Output<typeof EmailTokenStatus>>("POST", "/auth/email-token", input),
    resetPassword: (input: Input<typeof ResetPassword>) => call<void>("POST", "/auth/reset-password", input),
    undoEmailChange: (input: Input<typeof Proof>) => call<void>("POST", "/auth/undo-email-change", input),
    /** Signs in; from then on the client acts as this user. */
    async login(input: Input<typeof Login>) {
      const session = cookie ? "cookie" : "tokens";
      const result = await call<Output<typeof LoggedIn>>("POST", "/auth/login", { session, ...input });
      keep(result);
      return result;
    },
    /** Completes a sign-in that was refused with TWO_FACTOR_REQUIRED, with the challenge of that error. */
    async continueLogin(input: Input<typeof ContinueLogin>) {
      const session = cookie ? "cookie" : "tokens";
      const result = await call<Output<typeof LoggedIn>>("POST", "/auth/login/continue", { session, ...input });
      keep(result);
      return result;
    },
    /** In a browser: signs in the user of a passkey, whose name is not needed. */
    async loginWithPasskey() {
      const passkey = await usePasskey(await call<Output<typeof RequestOptions>>("POST", "/auth/passkeys/options"));
      const session = cookie ? "cookie" : "tokens";
      const result = await call<Output<typeof LoggedIn>>("POST", "/auth/passkeys/login", { session, passkey });
      keep(result);
      return result;
    },
    /** Makes this session count as just signed in to, for ten minutes. */
    reauthenticate: (input: Input<typeof Identity>) => call<void>("POST", "/auth/reauthenticate", input),
    refresh: async () => {
      await refresh();
      return tokens() as TokenPair;
    },
    async logout(input: { allSessions?: boolean } = {}) {
      const refreshToken = tokens()?.refreshToken;
      await call<void>("POST", "/auth/logout", { ...input, ...(refreshToken && { refreshToken }) });
      keep(undefined);
    },
  },

  passkeys: {
    list: () => call<List<typeof Passkey>>("GET", "/users/me/passkeys"),
    /** In a browser: creates a passkey and adds it to the account. */
    async create({ name, ...identity }: Input<typeof Identity> & { name?: string } = {}) {
      const options = await call<Output<typeof CreationOptions>>("POST", "/users/me/passkeys/options", identity);
      const passkey = await createPasskey(options);
      return call<Output<typeof Passkey>>("POST", "/users/me/passkeys", {
        passkey,
        ...(name !== undefined && { name }),
      });
    },
    /** In a browser: what `auth.continueLogin`, `auth.reauthenticate` and everything sensitive take as `passkey`. */
    use: async () => usePasskey(await call<Output<typeof RequestOptions>>("POST", "/auth/passkeys/options")),
    rename: (id: string, input: Input<typeof RenamePasskey>) =>
      call<Output<typeof Passkey>>("PATCH", `/users/me/passkeys/${segment(id)}`, input),
    /** Removes a passkey, and tells the browser which are left, so that it no longer offers this one. */
    async remove(id: string, identity: Input<typeof Identity> = {}) {
      const left = await call<Output<typeof AcceptedPasskeys>>("DELETE", `/users/me/passkeys/${segment(id)}`, identity);
      await signalAcceptedPasskeys(left);
    },
  },

  twoFactor: {
    status: () => call<Output<typeof Status>>("GET", "/auth/two-factor"),
    devices: () => call<List<typeof TrustedDevice>>("GET", "/auth/two-factor/devices"),
    forgetDevice: (id: string) => call<void>("DELETE", `/auth/two-factor/devices/${segment(id)}`),
    setUp: (input: Input<typeof SetUp>) => call<Output<typeof Enrollment>>("POST", "/auth/two-factor/setup", input),
    verify: (input: Input<typeof Confirm>) =>
      call<Output<typeof BackupCodes>>("POST", "/auth/two-factor/verify", input),
    disable: (input: Input<typeof WithFactor>) => call<void>("POST", "/auth/two-factor/disable", input),
    regenerateBackupCodes: (input: Input<typeof WithFactor>) =>
      call<Output<typeof BackupCodes>>("POST", "/auth/two-factor/backup-codes", input),
  },

  users: {
    me: () => call<Output<typeof User>>("GET", "/users/me"),
    update: (input: Input<typeof UpdateUser>) => call<Output<typeof User>>("PATCH", "/users/me", input),
    changePassword: (input: Input<typeof ChangePassword>) => call<void>("PUT", "/users/me/password", input),
    changeEmail: (input: Input<typeof ChangeEmail>) => call<Output<typeof Requested>>("POST", "/users/me/email", input),
    async delete(input: Input<typeof DeleteAccount> = {}) {
      await call<void>("DELETE", "/users/me", input);
      keep(undefined);
    },
    sessions: () => call<List<typeof Session>>("GET", "/users/me/sessions"),
    endSession: (id: string) => call<void>("DELETE", `/users/me/sessions/${segment(id)}`),
    endOtherSessions: () => call<void>("DELETE", "/users/me/sessions"),
  },
});
