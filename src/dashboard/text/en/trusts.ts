/** Workload identity: pipelines that use a key without holding it. */
export const trusts = {
  title: "Workload identity",
  about: "Pipelines that prove who they are to their issuer use this key without holding it.",
  none: "No pipeline is trusted. With a trust, GitHub Actions and GitLab CI need no stored key.",
  add: "Add trust",
  addTitle: "Trust a pipeline",
  addAbout:
    "Its token must have exactly these claims. Name the repository by its id, and the branch or the environment.",
  issuer: "Issuer",
  issuerHelp:
    "https://token.actions.githubusercontent.com or https://gitlab.com, or another that the installation accepts.",
  claims: "Claims",
  claimsHelp: "One a line: name = value. For GitLab project_id in place of repository_id.",
  audience: "Audience",
  audienceHelp: "Empty for the URL of this installation.",
  remove: "Remove",
  removeTitle: "Remove this trust?",
  removeAbout:
    "Its pipeline gets no more tokens. Those it has work for at most 15 minutes; revoke the key to end them now.",
  removed: "The trust is removed.",
  dryRun: "Try a token",
  pasted: "Token, or its claims as JSON",
  pastedHelp: "Only the claims leave this page, and nothing is exchanged.",
  unreadable: "This is neither a token nor a JSON object.",
  check: "Check",
  verdict: "This token",
  mismatches: {
    none: "Accepted",
    other: "Another pipeline",
    unprotected: "Branch not protected",
  },
  accepted: "A token with these claims is accepted, if it is genuine and in time.",
  refused: "No trust accepts these claims.",
  pullRequest: "The token is of a pull or merge request: anyone can open one, so it is never accepted.",
};
