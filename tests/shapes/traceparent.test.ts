import { expect, test } from "bun:test";
import { parseTraceparent } from "../../src/shapes/traceparent";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";

test("a traceparent is passed on as it came, one of a later version as the version that is known", () => {
  const traceparent = `00-${traceId}-${spanId}-01`;
  expect(parseTraceparent(traceparent)).toEqual({ traceId, traceparent });
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-will-be`)).toEqual({ traceId, traceparent });
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).toEqual({ traceId, traceparent });
});

test.each([
  ["missing", null],
  ["empty", ""],
  ["of the version that is none", `ff-${traceId}-${spanId}-01`],
  ["with zeros for the trace", `00-${"0".repeat(32)}-${spanId}-01`],
  ["with zeros for the span", `00-${traceId}-${"0".repeat(16)}-01`],
  ["in capitals", `00-${traceId.toUpperCase()}-${spanId}-01`],
  ["longer than its version is", `00-${traceId}-${spanId}-01-more`],
  ["with flags of three digits", `00-${traceId}-${spanId}-011`],
  ["with a line break", `00-${traceId}-${spanId}-01\r\nX-Injected: 1`],
])("a traceparent that is %s counts as none", (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});
