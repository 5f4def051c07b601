/** Fastify, @fastify/jwt and bcrypt on better-sqlite3. */
import fastifyJwt from "@fastify/jwt";
import fastify from "fastify";
import { openStore, owner } from "./store";

const store = await openStore(process.env.FILE!);
const app = fastify();
await app.register(fastifyJwt, { secret: "a-secret-for-the-benchmark-of-32-bytes-or-more", sign: { expiresIn: 900 } });
const sign = (user: number) => app.jwt.sign({ sub: String(user) });
app.get("/health", async () => "ok");
app.get("/seed", async () => ({
  keys: store.keys,
  tokens: store.keys.map(() => sign(1)),
  refreshTokens: store.refreshTokens,
  owner,
}));
app.get("/key", async (request, reply) => {
  const found = store.findKey(String(request.headers["x-api-key"]));
  return found ? { id: found.user } : reply.code(401).send();
});
app.get("/session", async (request) => ({ userId: (await request.jwtVerify<{ sub: string }>()).sub }));
app.post<{ Body: { refreshToken: string } }>("/refresh", async (request, reply) => {
  const rotated = store.rotate(request.body.refreshToken);
  return rotated ? { accessToken: sign(rotated.user), refreshToken: rotated.refreshToken } : reply.code(401).send();
});
app.post<{ Body: { email: string; password: string } }>("/login", async (request, reply) => {
  const user = await store.login(request.body.email, request.body.password);
  return user ? { accessToken: sign(user), refreshToken: store.newRefreshToken(user) } : reply.code(401).send();
});
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
