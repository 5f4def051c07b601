/** What emails lead to. */
export const emailed = {
  checking: "Checking your link…",
  incomplete:
    "This link is incomplete: some email apps cut off the part after the # sign. Copy the whole link from the email and paste it into the address bar.",
  ended: "This link was already used, or replaced by a newer one.",
  expired: "This link has expired.",
  unknown: "This link is not valid.",
  askAgain: "Enter your email to get a new link.",
  again: "Email me a link",
  goOn: "Continue",

  verifyTitle: "Verify your email",
  verifyAbout:
    "Enter the password of your account. If you did not create an account, close this page: nothing happens.",
  verifySignedIn: "If you did not ask for this, close this page: nothing happens.",
  noPassword: "No password?",
  signInFirst: "Sign in another way, then open the link again.",
  verify: "Verify this email",
  verified: "Your email is verified.",
  alreadyVerified: "This email is already verified. You can sign in.",

  resetTitle: "Choose a new password",
  resetAbout: "All sessions of the account will be signed out.",
  reset: "Set this password",
  resetDone: "Your password is changed. You can sign in with it.",

  signInTitle: (product: string) => `Sign in to ${product}`,
  signInAbout: (email: string) => `As ${email}. If you did not ask for this link, close this page: nothing happens.`,
  signInDead: "Ask for a new link where you sign in.",
  codeTitle: "Enter this code where you signed in",
  codeAbout:
    "This is not the browser in which you asked for the link. Type this code there, and nowhere else. If you did not ask for it, close this page.",

  undoTitle: "Undo the change of your email",
  undoAbout: "Your account gets this email address again, and all sessions are signed out.",
  undo: "Undo the change",
  undone:
    "The change is undone. Now choose a new password, because someone else may know the current one: enter your email to get a link.",
  undoDead:
    "If you can still sign in, or this email is the one of your account, enter it to choose a new password. Otherwise contact support.",

  invitation: "Join an organization",
  joinTitle: (organization: string) => `Join ${organization}`,
  joinAbout: ({ fullName, email }: { fullName: string; email: string }, role: string) =>
    `${fullName} (${email}) invites you as ${role}.`,
  signInToAnswer: "Sign in to accept or decline.",
  createToAnswer: "Create your account to accept or decline.",
  accept: "Accept",
  decline: "Decline",
  accepted: "You are now a member of the organization.",
  declined: "You declined the invitation.",
  alreadyAccepted: "This invitation was already accepted.",
  invitationDead: "Ask the person who invited you for a new invitation.",
  otherAccount: (email: string, me: string) =>
    `This invitation is for ${email}, and you are signed in as ${me}. Sign out to answer it.`,
};
