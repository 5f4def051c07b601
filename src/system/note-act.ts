import type { OperatorActor } from "../access/actor";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { EmailId } from "../ids";

/** Records an act on the installation itself, which is no one's, in the operator's own log. */
export const noteAct = (tx: Writer, operator: OperatorActor, act: string, target?: EmailId) =>
  record(tx, operator, {
    action: "operator.acted",
    chain: operator.userId,
    ...(target && { target }),
    details: { action: act },
  });
