/** Scripts whose letters change with a joiner between them. */
const joining = [
  "Arab",
  "Syrc",
  "Mong",
  "Nkoo",
  "Deva",
  "Beng",
  "Guru",
  "Gujr",
  "Orya",
  "Taml",
  "Telu",
  "Knda",
  "Mlym",
  "Sinh",
  "Khmr",
  "Mymr",
]
  .map((script) => String.raw`\p{scx=${script}}`)
  .join("");

/** Where characters without a shape of their own shape others: between letters of such scripts, and inside of emoji. */
const shaping = new RegExp(
  [
    String.raw`(?<=[${joining}])[\u200c\u200d](?=[${joining}])`,
    String.raw`(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]`,
    String.raw`(?<=[#*0-9])\ufe0f(?=\u20e3)`,
    String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})`,
  ].join("|"),
  "gu",
);
/** Controls, line ends, what is not displayed (bidi controls, zero width, fillers, tags), and an empty braille cell. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a text is one line in which every character is seen, so that it cannot pass for empty or for another text. */
export const isVisibleLine = (text: string): boolean =>
  text.isWellFormed() && visible.test(text) && !invisible.test(text.replace(shaping, ""));
