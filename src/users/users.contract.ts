import { z } from "zod";
import { Email, line, Password, Time } from "../shapes.contract";

export const User = z.object({
  id: z.string(),
  email: z.string(),
  fullName: z.string(),
  twoFactorEnabled: z.boolean(),
  createdAt: Time,
});

export const Register = z.strictObject({ email: Email, password: Password, fullName: line(100) });

/** The same whether or not the address was free. */
export const Registered = z.object({ message: z.string() });
