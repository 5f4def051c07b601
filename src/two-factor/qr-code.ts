import { lazy } from "../lazy";

const uqr = lazy(() => require("uqr") as typeof import("uqr"));

/**
 * A text as a QR code in SVG: black on white in every theme, with the quiet zone of four modules on each side that scanners need
 * (ISO/IEC 18004).
 */
export const qrCode = (text: string): string =>
  uqr().renderSVG(text, { boostEcc: true, border: 4, whiteColor: "#fff", blackColor: "#000" });
