import { exactTime, relativeTime } from "../data/time";
import { text } from "../text";

/** A moment by its distance from now; the exact one, in the reader's zone, on hover. Null is never. */
export const Time = ({ at }: { at: string | null }) =>
  at === null ? (
    <span className="muted">{text.common.never}</span>
  ) : (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at)}
    </time>
  );
