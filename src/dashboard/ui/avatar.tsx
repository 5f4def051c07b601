/** The first letter of a name, as a picture beside it. */
export const Avatar = ({ name, round }: { name: string; round?: boolean }) => (
  <span className="avatar" data-round={round || undefined} aria-hidden="true">
    {[...name][0]?.toUpperCase()}
  </span>
);
