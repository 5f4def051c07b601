/** Names that a product needs for itself, or that could pass for it, in the first part of a host name or a path. */
const reserved = new Set(
  `about account accounts admin administrator api app apps assets auth billing blog cdn client config console contact dashboard demo dev
  developer developers docs download email enterprise events explore ftp git graphql health help host hostmaster hosting images imap info
  internal invitations invite jobs legal localhost login logout mail media metrics monitoring news null oauth operator operators
  organization organizations owner password ping plans policy pop postmaster press pricing privacy profile prod production public ready
  register root sales sandbox search security server settings signin signup smtp ssh ssl sso staging static stats status support system
  team terms test undefined uploads user users verify web webhooks webmail webmaster well-known wiki www`.split(/\s+/),
);

/** Whether no organization can have this slug. */
export const isReservedSlug = (slug: string): boolean => reserved.has(slug);
