/** Every sentence of the report that says why a record was not imported as it is. */
export const reasons = {
  noEmail: "has no email",
  onlyPhone: "has a phone number and no email",
  anonymous: "is an anonymous user",
  deleted: "was deleted there",
  serviceAccount: "is a service account",
  email: "has an email that is not valid",
  externalId: "has an id that is not one line of at most 255 characters",
  unsupportedHash: "has a password hash in a format that cannot be verified",
  costlyHash: "has a password hash that takes too long to verify",
  firebaseParameters: "has a password hash, which needs --hash-config",
  importedBefore: "was imported before",
  existsByEmail: "the email has an account here, which is not changed",
  sameEmail:
    "another record with this email was imported; this id now leads to the same account, its password does not",
  reservedEmail: "the email can still be taken back by a user who changed it",
  name: "the name is not one line of at most 100 visible characters: the part of the email before the @ is used",
  hashLeftOut: "imported without a password",
  notTaken: (things: readonly string[]) => `not taken: ${things.join(", ")}`,
} as const;
