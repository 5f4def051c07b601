import { useEffect } from "react";
import { bask, home } from "../data/client";
import { endLooking, useLooking } from "../data/impersonation";
import { text } from "../text";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Time } from "../ui/time";

const words = text.admin;

/** Says on every page that an operator looks as someone else, until they stop or the time is over. */
export function LookingBanner() {
  const looking = useLooking();
  useEffect(() => {
    if (!looking) return undefined;
    const left = Date.parse(looking.endsAt) - Date.now();
    const timer = setTimeout(() => stop(looking.userId), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [looking]);
  if (!looking) return null;
  const { id, fullName, userId, endsAt } = looking;
  return (
    <div className="looking" role="status">
      <Icon name="eye" />
      <p>
        {words.looking(fullName)}{" "}
        <span className="nowrap">
          {words.lookingEnds} <Time at={endsAt} />.
        </span>
      </p>
      <Button
        onClick={() =>
          void bask.admin.impersonations
            .end(id)
            .catch(() => {})
            .finally(() => stop(userId))
        }
      >
        {words.stopLooking}
      </Button>
    </div>
  );
}

/** Back to the operator's own pages, with nothing left of what was seen. */
function stop(userId: string) {
  endLooking();
  location.assign(`${home}/admin/users/${userId}`);
}
