import { z } from "zod";
import { Email, line, Password, Time } from "../shapes.contract";

export const User = z.object({
  id: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  fullName: z.string(),
  twoFactorEnabled: z.boolean(),
  createdAt: Time,
});

export const Register = z.strictObject({ email: Email, password: Password, fullName: line(100) });

/** The same whether or not the address was free. */
export const Registered = z.object({ message: z.string() });

/** The token of a letter. */
const token = z.string().min(1, "is empty").max(200, "is too long");

export const Proof = z.strictObject({ token });
export const ResetPassword = z.strictObject({ token, password: Password });

export const ForAddress = z.strictObject({ email: Email });
/** The same for every address. */
export const Requested = z.object({ message: z.string() });
