/** Requests over time. */
export const usage = {
  allowed: "Allowed",
  limited: "Over the limit",
  denied: "Not allowed",
  refused: "Refused",
  none: "No requests in this time.",
  asTable: "Show as a table",
  time: "Time",
};
