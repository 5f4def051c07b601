import type { Text } from "../text";

export const mcp: Text["mcp"] = {
  title: "MCP",
  about:
    "Agenten verwenden die API als Werkzeuge des Model Context Protocol. Jeder sieht die Werkzeuge, die sein Schlüssel erlaubt.",
  server: "Server",
  serverAbout: "Was jedes Programm verlangt.",
  key: "Geben Sie jedem Agenten einen eigenen API-Schlüssel, mit den nötigen Scopes und einem Ende.",
  createKey: "API-Schlüssel",
  claude: "Claude Code",
  claudeAbout: "Im Terminal:",
  cursor: "Cursor",
  cursorAbout: "In .cursor/mcp.json eines Projekts oder in ~/.cursor/mcp.json:",
  code: "VS Code",
  codeAbout: "In .vscode/mcp.json; VS Code fragt einmal nach dem Schlüssel und behält ihn:",
  codePrompt: (product) => `API-Schlüssel von ${product}`,
  codex: "Codex",
  codexAbout: "In ~/.codex/config.toml:",
  others: "Andere Programme",
  othersAbout: "Die meisten nehmen diese Form:",
};
