/** What a check found. */
export interface Finding {
  check: string;
  severity: "ok" | "warning" | "error";
  /** What is so. */
  what: string;
  /** Why it matters; absent where all is well. */
  why?: string;
  /** What to do: a command where there is one. */
  fix?: string;
}

export const fine = (check: string, what: string): Finding => ({ check, severity: "ok", what });

export const warning = (check: string, what: string, why: string, fix: string): Finding => ({
  check,
  severity: "warning",
  what,
  why,
  fix,
});

export const failure = (check: string, what: string, why: string, fix: string): Finding => ({
  check,
  severity: "error",
  what,
  why,
  fix,
});
