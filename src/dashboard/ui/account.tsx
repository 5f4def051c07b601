import { text } from "../text";

/** Whose account it is. Password managers save the password under it. */
export const Account = ({ email }: { email: string }) => (
  <>
    <p className="account">
      <span className="muted">{text.signIn.email}</span> {email}
    </p>
    <input type="email" autoComplete="username" value={email} aria-label={text.signIn.email} readOnly hidden />
  </>
);
