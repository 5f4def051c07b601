import { describe, expect, test } from "bun:test";
import { isVisibleLine } from "../../src/shapes/visible-text.contract";

describe("a line of visible text", () => {
  test("may be in any script, with emoji and with joiners where they shape letters", () => {
    const names = [
      "Ada",
      "O'Neil & Søns, Ltd.",
      "山田　太郎",
      "نیک‌محمد",
      "क्‍ष",
      "ශ්‍රී ලංකා",
      "Café ☕️",
      "👩🏽‍🚀 Crew",
      "🏳️‍🌈",
      "1️⃣",
      "Zoë\u0308",
      "$",
    ];
    for (const name of names) expect([name, isVisibleLine(name)]).toEqual([name, true]);
  });

  test("has no character that shows nothing, ends the line or turns it around", () => {
    const hidden = [
      "\0",
      "\n",
      "\t",
      "\u00ad",
      "\u034f",
      "\u061c",
      "\u115f",
      "\u17b4",
      "\u180e",
      "\u200b",
      "\u200c",
      "\u200d",
      "\u200e",
      "\u2028",
      "\u202e",
      "\u2060",
      "\u2066",
      "\u2800",
      "\u3164",
      "\ufe0f",
      "\ufeff",
      "\uffa0",
      "\ufff9",
      "\u{e0041}",
      "\u{e0100}",
      "\ud800",
    ];
    for (const text of hidden)
      for (const name of [text, `Ada${text}`, `${text}Ada`, `A${text}da`])
        expect([JSON.stringify(name), isVisibleLine(name)]).toEqual([JSON.stringify(name), false]);
  });

  test("has more than white space and marks", () => {
    for (const name of ["", " ", "\u3000", "\u0301", "\u0301\u0302"])
      expect([name, isVisibleLine(name)]).toEqual([name, false]);
  });
});
