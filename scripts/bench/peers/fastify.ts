/**
 * Fastify, @fastify/jwt and bcrypt on better-sqlite3. As most are written: it signs HS256 with a shared secret. With DURABLE it does what Bask
 * does: it signs EdDSA, which other services can verify without the secret, and answers what is on the disk.
 */
import { generateKeyPairSync } from "node:crypto";
import fastifyJwt from "@fastify/jwt";
import fastify from "fastify";
import { openStore, owner } from "./store";

const isDurable = process.env.DURABLE !== undefined;
const store = await openStore(process.env.FILE!, isDurable);
const app = fastify();
if (isDurable) {
  const pair = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await app.register(fastifyJwt, {
    secret: { private: pair.privateKey, public: pair.publicKey },
    sign: { expiresIn: 900, algorithm: "EdDSA" },
  });
} else {
  const secret = "a-secret-for-the-benchmark-of-32-bytes-or-more";
  await app.register(fastifyJwt, { secret, sign: { expiresIn: 900 } });
}
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
