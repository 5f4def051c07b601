import { and, eq, gt, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Drizzle, Writer } from "../db/database";
import { bind, firstOf, prepared } from "../db/prepared";
import { sessions } from "../db/tables";
import type { SessionId, UserId } from "../ids";
import { withRotation } from "./rotation-history.sql";

/** The session and generation of a refresh token that is to be exchanged. */
export interface Exchanged {
  readonly rowId: number;
  readonly session: SessionId;
  readonly generation: number;
  /** Whether the device of the session has signed; a bound session is not rotated otherwise. */
  readonly isSigned: boolean;
}

/** What is the same for all rotations of a moment. */
export interface Moment {
  readonly now: Date;
  readonly expiresAt: Date;
  /** Rotations before this time are forgotten. */
  readonly horizon: Date;
  /** `,` and the milliseconds of now. */
  readonly rotation: string;
}

/** A session that was rotated. */
export interface RotatedSession {
  userId: UserId;
}

/** Rotates the refresh token if it is the current one of a live session: the one conditional write of a refresh. */
export function rotate(
  tx: Writer,
  { rowId, session: id, generation, isSigned }: Exchanged,
  { now, expiresAt, horizon, rotation }: Moment,
): RotatedSession | undefined | Promise<RotatedSession | undefined> {
  const values = { rowId, id, generation, now, expiresAt, horizon, rotation };
  return firstOf((isSigned ? rotateAny : rotateUnbound)(tx, values));
}

/**
 * As `rotate`, for many tokens in one statement of PostgreSQL. A session that another transaction has locked is left out: this one waits for none, so
 * it holds up none either.
 */
export async function rotateFree(
  tx: Writer,
  exchanged: readonly Exchanged[],
  { now, expiresAt, horizon, rotation }: Moment,
): Promise<(RotatedSession | undefined)[]> {
  const tokens = exchanged.map(({ rowId, session, generation, isSigned }) => [rowId, session, generation, isSigned]);
  const asked = { tokens: JSON.stringify(tokens), rowIds: `{${exchanged.map(({ rowId }) => rowId)}}` };
  const rows = await rotateTogether(tx, { ...asked, now, expiresAt, horizon, rotation });
  const rotated: (RotatedSession | undefined)[] = exchanged.map(() => undefined);
  for (const { place, userId } of rows) rotated[place - 1] = { userId };
  return rotated;
}

type Values = Record<string, unknown>;

const rotateUnbound = prepared<Values, Promise<RotatedSession[]>>("rotate_session", (db) =>
  rotateOne(db, isNull(sessions.deviceKey)),
);
const rotateAny = prepared<Values, Promise<RotatedSession[]>>("rotate_bound_session", (db) => rotateOne(db));

const rotateOne = (db: Drizzle, condition?: SQL) => {
  const [rowId, id, generation] = [sql.placeholder("rowId"), sql.placeholder("id"), sql.placeholder("generation")];
  return db
    .update(sessions)
    .set(rotation())
    .where(and(isCurrent(rowId, id, generation), condition))
    .returning({ userId: sessions.userId });
};

const rotateTogether = prepared<Values, Promise<(RotatedSession & { place: number })[]>>("rotate_sessions", (db) => {
  const part = (index: number, type: "bigint" | "text" | "boolean") =>
    sql`cast(token ->> ${sql.raw(`${index}`)} as ${sql.raw(type)})`;
  const given = (name: string, type: "json" | "bigint[]") =>
    sql`cast(cast(${sql.placeholder(name)} as text) as ${sql.raw(type)})`;
  // In an array they are looked up once, before anything is written.
  const free = sql`array(
    select ${sessions.rowId} from ${sessions} where ${sessions.rowId} = any(${given("rowIds", "bigint[]")}) for no key update skip locked
  )`;
  return db
    .update(sessions)
    .set(rotation())
    .from(sql`json_array_elements(${given("tokens", "json")}) with ordinality as asked(token, place)`)
    .where(
      and(
        sql`${sessions.rowId} = any(${free})`,
        isCurrent(part(0, "bigint"), part(1, "text"), part(2, "bigint")),
        sql`(${sessions.deviceKey} is null or ${part(3, "boolean")})`,
      ),
    )
    .returning({ userId: sessions.userId, place: sql<number>`place` });
});

const rotation = () => ({
  generation: sql`${sessions.generation} + 1`,
  rotatedAt: sql`${bind(sessions.rotatedAt, "now")}`,
  rotations: withRotation(sessions),
  lastUsedAt: sql`${bind(sessions.lastUsedAt, "now")}`,
  expiresAt: sql`${bind(sessions.expiresAt, "expiresAt")}`,
});

/** That a session lives, and that its current token is of this generation. */
const isCurrent = (rowId: SQLWrapper, id: SQLWrapper, generation: SQLWrapper) =>
  and(
    eq(sessions.rowId, rowId),
    eq(sessions.id, id),
    eq(sessions.generation, generation),
    isNull(sessions.endedAt),
    isNull(sessions.suspendedAt),
    gt(sessions.expiresAt, bind(sessions.expiresAt, "now")),
    gt(sessions.endsAt, bind(sessions.endsAt, "now")),
  );
