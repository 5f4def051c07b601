import type { World } from "./world";

/**
 * Does something right before the next transaction of a world begins: what a rule has seen until then is old.
 * @param after transactions that come first
 */
export function beforeNextWrite({ app }: World, act: () => Promise<unknown>, after = 0) {
  const { write } = app.db;
  let left = after;
  app.db.write = async (unit) => {
    if (left-- > 0) return write(unit);
    app.db.write = write;
    await act();
    return write(unit);
  };
}
