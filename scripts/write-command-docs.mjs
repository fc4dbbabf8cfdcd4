// Writes docs/commands.md and its pictures from a real run: node scripts/with-project-node.mjs scripts/write-command-docs.mjs
// The whole system runs on a generated market in a folder of its own, and every command is asked as a person would ask it.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, "packages/cli/src/main.ts");
const state = mkdtempSync(join(tmpdir(), "winiswin-commands-"));
const pictures = join(root, "docs/pictures");
const cyclesBefore = 7;
const run = promisify(execFile);

/** In the order of a shift: look, understand, act. `SYMBOL` stands for one that is held. */
const chapters = [
  ["Is it alive", ["/status", "/cycle"]],
  ["Why did it not trade", ["/signals", "/why SYMBOL"]],
  ["What does it hold and what has it earned", ["/positions", "/balance", "/trades", "/stats", "/performance"]],
  ["Pictures", ["/chart SYMBOL", "/equity"]],
  ["What is analysed, and what it costs", ["/symbols search:BTC", "/cost"]],
  [
    "Does stop mean stop",
    ["/close", "/close SYMBOL", "/close SYMBOL --yes", "/pause lunch", "/resume --yes", "/halt storm", "/resume", "/flatten --yes"],
  ],
  ["Keeping away from a symbol", ["/block PEPE hours:4 reason:news", "/unblock PEPE"]],
  ["All of them", ["/help"]],
];

async function ask(line) {
  const words = line.split(" ");
  const flags = words.filter((word) => word.startsWith("--"));
  const command = words.filter((word) => !word.startsWith("--")).join(" ");
  const picture = join(state, "picture.png");
  const given = [main, "discord", command, "--state", state, "--picture", picture, "--no-color", ...flags];
  const { stdout, stderr } = await run(process.execPath, given, { cwd: state, maxBuffer: 4_000_000 });
  return { text: stdout.trimEnd(), picture: stderr.includes("The picture:") ? picture : undefined };
}

/** The first position at the moment: one may have closed since the last question. */
async function heldSymbol() {
  const { text } = await ask("/positions");
  return /^(\w+USDT) (?:long|short)$/m.exec(text)?.[1] ?? "BTCUSDT";
}

async function answers() {
  const parts = [];
  for (const [title, lines] of chapters) {
    parts.push(`## ${title}`, "");
    const symbol = lines.some((line) => line.includes("SYMBOL")) ? await heldSymbol() : "";
    for (const line of lines) {
      const { text, picture } = await ask(line.replace("SYMBOL", symbol));
      parts.push(`### \`${line.replace("SYMBOL", symbol)}\``, "", "```text", text, "```", "");
      if (picture === undefined) continue;
      const name = `${line.slice(1).split(" ")[0]}.png`;
      mkdirSync(pictures, { recursive: true });
      copyFileSync(picture, join(pictures, name));
      parts.push(`![The picture of ${line.split(" ")[0]}](pictures/${name})`, "");
    }
  }
  return parts;
}

const start = spawn(
  process.execPath,
  [main, "start", "--symbols", "60", "--speed", "60x", "--port", "0", "--state", state, "--fresh", "--from", "2026-11-20T08:00:00Z"],
  { cwd: state, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ENABLE_TRADING: "true" } },
);
try {
  const lines = createInterface({ input: start.stderr });
  let cycles = 0;
  for await (const line of lines) {
    if (!line.startsWith("cycle ")) continue;
    if (++cycles >= cyclesBefore && / [1-9]\d* open /.test(line)) break;
  }
  start.stderr.resume();
  const parts = await answers();
  writeFileSync(
    join(root, "docs/commands.md"),
    `${[
      "# What each command answers",
      "",
      "Discord, Telegram and the command line show the same answers, made by one layer (`packages/application/src/commands`). Everything below",
      "is the text of Discord's answers from a real run of the whole system on a generated market, at 60 times real time, written by",
      "`node scripts/with-project-node.mjs scripts/write-command-docs.mjs`. A line like `[Refresh] v1:ask:status` is a button and its key;",
      '`npx winiswin discord "v1:ask:status"` clicks it here. In Discord times count on by themselves, in the reader\'s own time zone.',
      "",
      "| who | may |",
      "| --- | --- |",
      "| `DISCORD_ALLOWED_USERS`, `DISCORD_ALLOWED_ROLES`, people in `TELEGRAM_ALLOWED_CHATS` | look and act |",
      "| `DISCORD_LOOKING_USERS`, `DISCORD_LOOKING_ROLES`, groups in `TELEGRAM_ALLOWED_CHATS` | look; a group sees no money |",
      "",
      "Answers in Discord are shown to the asking person only. `/close`, `/flatten` and `/resume` show their effect first and happen after a",
      "click of the same person within a minute, once; `/halt` and `/pause` stop at once, from code that needs the table of controls and",
      "nothing else. Whoever acts is named in the log, in the event `OperatorActed` and in the channel.",
      "",
      ...parts,
    ]
      .join("\n")
      .trimEnd()}\n`,
  );
  process.stderr.write("docs/commands.md is written.\n");
} finally {
  start.kill("SIGINT");
  if (start.exitCode === null) await once(start, "exit");
  rmSync(state, { recursive: true, force: true });
}
