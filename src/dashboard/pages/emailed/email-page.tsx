import type { ComponentType } from "react";
import { emailPath } from "../../data/client";
import { Alone } from "../../layout/alone";
import { Invitation } from "./invitation";
import { ResetPassword } from "./reset-password";
import { SignInLink } from "./sign-in-link";
import { UndoEmailChange } from "./undo-email-change";
import { VerifyEmail } from "./verify-email";

/** The page for each link in an email, by its path, as `mail/templates.ts` names it. */
const pages: Record<string, ComponentType> = {
  "/verify-email": VerifyEmail,
  "/reset-password": ResetPassword,
  "/sign-in-link": SignInLink,
  "/undo-email-change": UndoEmailChange,
  "/invitations": Invitation,
};

/** What an email leads to. */
export default function EmailPage() {
  const Page = pages[emailPath]!;
  return (
    <Alone>
      <Page />
    </Alone>
  );
}
