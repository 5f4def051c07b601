import { exactTime, relativeTime } from "../data/time";

/** A moment by its distance from now; the exact one, in the reader's zone, on hover and in print. */
export const Time = ({ at }: { at: string }) => (
  <time dateTime={at} title={exactTime(at)}>
    {relativeTime(at)}
  </time>
);
