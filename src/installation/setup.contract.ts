import { z } from "zod";
import { KeepSession } from "../sessions/session-mode.contract";
import { about, text } from "../shapes.contract";
import { Register } from "../users/users.contract";

export const SetUp = z
  .strictObject({
    token: text(200).min(1).meta(about("From the link that the start printed.", "bst_…")),
    ...Register.shape,
    session: KeepSession,
  })
  .meta({ id: "SetUp" });
