import type { World } from "./world";

/** Does something right before the next transaction of a world begins: what a rule has seen until then is old. */
export function beforeNextWrite({ app }: World, act: () => Promise<unknown>) {
  const { write } = app.db;
  app.db.write = async (unit) => {
    app.db.write = write;
    await act();
    return write(unit);
  };
}
