/** Loaded before a program: ends it as `kill -9` does, right before the statement with number KILL_AT that it hands to SQLite. */
import Driver from "better-sqlite3";

let statements = 0;
for (const name of ["exec", "pragma", "prepare"] as const) {
  const original = Driver.prototype[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(Driver.prototype, name, {
    value(this: Driver.Database, ...args: unknown[]) {
      if (++statements === Number(process.env.KILL_AT)) process.kill(process.pid, "SIGKILL");
      return original.apply(this, args);
    },
  });
}
