import { route } from "../http/route";
import { register, whoIs } from "./users";
import { Register, Registered, User } from "./users.contract";

export const userRoutes = [
  route("POST", "/auth/register", {
    access: "anyone",
    summary: "Open an account",
    body: Register,
    answer: Registered,
    status: 201,
    run: ({ app, actor, body }) => register(app, actor, body),
  }),
  route("GET", "/users/me", {
    access: "user",
    summary: "Your own profile",
    answer: User,
    run: ({ app, actor }) => whoIs(app, actor),
  }),
];
