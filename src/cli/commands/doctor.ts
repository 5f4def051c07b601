import type { Command } from "../command";

const work = () => import("./doctor.run");

export const doctorCommands: readonly Command[] = [
  {
    name: "doctor",
    summary: "Look at everything that the installation depends on, and say what is wrong and what to do",
    options: [["--quick", "leave out what reads all of the data: the database's integrity and the audit log"]],
    examples: ["doctor", "doctor --quick --json"],
    run: async (call) => (await work()).doctor(call),
  },
];
