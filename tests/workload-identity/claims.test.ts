import { describe, expect, test } from "bun:test";
import { isPullRequest, mismatchOf } from "../../src/workload-identity/claims";
import type { Identity } from "../../src/workload-identity/issuers";

const issued = { iss: "https://issuer.test", aud: "https://bask.test", sub: "job", jti: "1", iat: 0, exp: 1 };
const gitlab = (claims: object): Identity => ({ ...issued, project_id: "7", pipeline_source: "push", ...claims });
const github = (claims: object): Identity => ({ ...issued, repository_id: "7", event_name: "push", ...claims });
const mismatch = (claims: Record<string, string>, identity: Identity) =>
  mismatchOf({ issuer: issued.iss, audience: issued.aud, claims }, identity);

describe("a trust that names a branch", () => {
  const branch = { ref: "main", ref_type: "branch", ref_path: "refs/heads/main", ref_protected: "true" };
  const onMain = { project_id: "7", ref: "main" };
  const onFullName = { repository_id: "7", ref: "refs/heads/main" };

  test("accepts jobs on that branch, in the words of GitLab and of GitHub", () => {
    expect(mismatch(onMain, gitlab(branch))).toBeUndefined();
    expect(mismatch(onMain, gitlab({ ref: "main", ref_type: "branch" }))).toBeUndefined();
    expect(mismatch({ project_id: "7", ref: "refs/heads/main" }, gitlab(branch))).toBeUndefined();
    expect(mismatch(onFullName, github({ ref: "refs/heads/main", ref_type: "branch" }))).toBeUndefined();
    expect(mismatch({ repository_id: "7", ref: "main" }, github({ ref: "refs/heads/main" }))).toBeUndefined();
  });

  test.each([
    ["a tag of that name", gitlab({ ...branch, ref_type: "tag", ref_path: "refs/tags/main" })],
    ["a tag of that name, without the path", gitlab({ ref: "main", ref_type: "tag" })],
    ["a ref whose kind the token does not tell", gitlab({ ref: "main" })],
    ["a merge request from a branch of that name", gitlab({ ...branch, ref_path: "refs/merge-requests/1/head" })],
    ["a branch that is named like a full ref", gitlab({ ref: "refs/heads/main", ref_type: "branch" })],
    ["another branch that ends alike", gitlab({ ...branch, ref: "x/main", ref_path: "refs/heads/x/main" })],
    ["a ref with parts", gitlab({ ...branch, ref_path: { toString: "refs/heads/main" } })],
    ["a list", gitlab({ ref: ["main"], ref_type: ["branch"] })],
  ])("refuses %s", (_, identity) => {
    expect(mismatch(onMain, identity)).toBe("other");
  });

  test("refuses a tag on GitHub", () => {
    expect(mismatch(onFullName, github({ ref: "refs/tags/main", ref_type: "tag" }))).toBe("other");
    expect(mismatch({ repository_id: "7", ref: "main" }, github({ ref: "refs/tags/main" }))).toBe("other");
  });

  test("accepts a tag only when it names one", () => {
    const tag = gitlab({ ref: "v1", ref_type: "tag", ref_path: "refs/tags/v1" });
    expect(mismatch({ project_id: "7", ref: "v1", ref_type: "tag" }, tag)).toBeUndefined();
    expect(mismatch({ project_id: "7", ref: "v1" }, tag)).toBe("other");
  });

  test("refuses a branch that the issuer says is not protected, unless the trust says so", () => {
    const open = gitlab({ ...branch, ref_protected: "false" });
    expect(mismatch(onMain, open)).toBe("unprotected");
    expect(mismatch({ ...onMain, ref_protected: "false" }, open)).toBeUndefined();
    expect(mismatch({ ...onMain, ref_protected: "false" }, gitlab(branch))).toBe("other");
  });
});

describe("a trust that names an environment", () => {
  test("refuses one that the issuer says is not protected", () => {
    const trusted = { project_id: "7", environment: "production" };
    expect(mismatch(trusted, gitlab({ environment: "production" }))).toBeUndefined();
    expect(mismatch(trusted, gitlab({ environment: "production", environment_protected: "false" }))).toBe(
      "unprotected",
    );
    expect(mismatch(trusted, gitlab({ environment: "staging" }))).toBe("other");
  });
});

test.each([
  [true, github({ event_name: "pull_request" })],
  [true, github({ event_name: "pull_request_target" })],
  [true, github({ event_name: "pull_request_review" })],
  [true, github({ event_name: "issue_comment" })],
  [true, github({ ref: "refs/pull/1/merge" })],
  [true, gitlab({ pipeline_source: "merge_request_event" })],
  [true, gitlab({ pipeline_source: "external_pull_request_event" })],
  [true, gitlab({ pipeline_source: "parent_pipeline", ref_path: "refs/merge-requests/1/head" })],
  [false, gitlab({ pipeline_source: "parent_pipeline", ref_path: "refs/heads/main" })],
  [false, gitlab({ pipeline_source: "schedule" })],
  [false, github({ event_name: "workflow_dispatch", ref: "refs/heads/main" })],
])("a token is of a pull request: %p", (expected, identity) => {
  expect(isPullRequest(identity)).toBe(expected);
});
