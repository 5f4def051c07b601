import Driver from "better-sqlite3";

interface Statement {
  source: string;
}

const methods = ["run", "get", "all"] as const;

/**
 * The SQL of every statement that is executed on SQLite while something is done, in order. Nothing else may use a database meanwhile. What a request
 * asks the database is the part of its time that depends on what it finds; a test of times would prove nothing on a busy machine.
 */
export async function statementsOf(act: () => Promise<unknown>): Promise<string[]> {
  const connection = new Driver(":memory:");
  const prototype = Object.getPrototypeOf(connection.prepare("select 1"));
  connection.close();
  const sources: string[] = [];
  const originals = methods.map((name) => [name, prototype[name]] as const);
  for (const [name, original] of originals) {
    prototype[name] = function (this: Statement, ...values: unknown[]) {
      sources.push(this.source);
      return original.apply(this, values);
    };
  }
  try {
    await act();
  } finally {
    for (const [name, original] of originals) prototype[name] = original;
  }
  return sources;
}
