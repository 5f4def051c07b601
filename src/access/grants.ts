import { fieldMessages } from "../field-messages.contract";
import { Problem } from "../problems";
import { expand, type Grant, knownLike, type Permission } from "./permissions";

/**
 * The grants asked for a key or a role, after checking that each is known and within what the actor may do themselves.
 * @param path where in the input they are
 * @throws Problem VALIDATION_ERROR
 */
export function grantable(asked: readonly string[], own: ReadonlySet<Permission>, path: string): Grant[] {
  const details = asked.flatMap((grant, i) => {
    const meant = expand(grant);
    if (!meant) return [{ path: `${path}.${i}`, message: fieldMessages.unknownPermission(knownLike(grant)) }];
    return meant.every((permission) => own.has(permission))
      ? []
      : [{ path: `${path}.${i}`, message: fieldMessages.beyondPermissions }];
  });
  if (details.length > 0) throw new Problem("VALIDATION_ERROR", { details });
  return [...new Set(asked)] as Grant[];
}
