/** Express, jsonwebtoken and bcrypt on better-sqlite3. */
import express from "express";
import jsonwebtoken from "jsonwebtoken";
import { openStore, owner } from "./store";

const secret = "a-secret-for-the-benchmark-of-32-bytes-or-more";
const store = await openStore(process.env.FILE!);
const sign = (user: number) => jsonwebtoken.sign({ sub: String(user) }, secret, { expiresIn: 900 });
const app = express();
app.use(express.json());
app.get("/health", (_, response) => void response.send("ok"));
app.get(
  "/seed",
  (_, response) =>
    void response.json({
      keys: store.keys,
      tokens: store.keys.map(() => sign(1)),
      refreshTokens: store.refreshTokens,
      owner,
    }),
);
app.get("/key", (request, response) => {
  const found = store.findKey(request.get("x-api-key") ?? "");
  if (!found) return void response.sendStatus(401);
  response.json({ id: found.user });
});
app.get("/session", (request, response) => {
  const claims = jsonwebtoken.verify(request.get("authorization")!.slice(7), secret);
  response.json({ userId: claims.sub });
});
app.post("/refresh", (request, response) => {
  const rotated = store.rotate(request.body.refreshToken);
  if (!rotated) return void response.sendStatus(401);
  response.json({ accessToken: sign(rotated.user), refreshToken: rotated.refreshToken });
});
app.post("/login", async (request, response) => {
  const user = await store.login(request.body.email, request.body.password);
  if (!user) return void response.sendStatus(401);
  response.json({ accessToken: sign(user), refreshToken: store.newRefreshToken(user) });
});
app.listen(Number(process.env.PORT), "127.0.0.1");
