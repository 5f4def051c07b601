import { systemTime } from "../../clock";
import { parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { examine } from "../../doctor/doctor";
import type { Finding } from "../../doctor/findings";
import { type Call, CliError } from "../command";

export async function doctor({ options, out }: Call) {
  const quick = options.quick === true;
  const findings = await examine({ config: () => parseConfig(environment), now: systemTime.wall, quick });
  out.data(findings, findings.flatMap(linesOf));
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (errors > 0) throw new CliError(errors === 1 ? "1 error." : `${errors} errors.`);
}

const signs: Readonly<Record<Finding["severity"], string>> = { ok: "ok     ", warning: "WARNING", error: "ERROR  " };

const linesOf = ({ severity, check, what, why, fix }: Finding): string[] => [
  `${signs[severity]} ${check}: ${what}`,
  ...(why === undefined ? [] : [`          ${why}`]),
  ...(fix === undefined ? [] : [`          ${fix}`]),
];
