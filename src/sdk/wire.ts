import type { z } from "zod";
import type { Page, Wire } from "../shapes.contract";

/** What can be sent for a contract. */
export type Input<Schema extends z.ZodType> = z.input<Schema>;
/** A response after it was JSON. */
export type Output<Schema extends z.ZodType> = Wire<z.output<Schema>>;
export type List<Schema extends z.ZodType> = { data: Output<Schema>[]; nextCursor: string | null };
/** A query as programs write it: numbers are numbers. */
export type Query<Schema extends z.ZodType> = Partial<Omit<Input<Schema>, "limit">> & { limit?: number };
export type PageInput = Query<typeof Page>;

/** The query string of the values that are given. */
export const query = (values: Record<string, unknown> = {}) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
};
/** One segment of a path. */
export const segment = encodeURIComponent;
export const keyPath = (organization: string, id: string) =>
  `/organizations/${segment(organization)}/api-keys/${segment(id)}`;
export const webhookPath = (organization: string, id: string) =>
  `/organizations/${segment(organization)}/webhooks/${segment(id)}`;
