/** The fields of a change that are not as they were when its form was opened: what others changed meanwhile stays as they left it. */
export const editsOf = <Change extends object>(before: Change, after: Change): Partial<Change> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as never])),
  ) as Partial<Change>;
