import { Command } from "commander";
import type { RunCommand } from "./context.ts";

const exampleText = `Examples:
  npm start                                             the whole system on a generated market, no account, no money
  npx winiswin start --once --json                      one cycle, its result as JSON
  npx winiswin start --market recorded --data DIR --from 2024-03-01 --to 2024-03-15 --speed max --fresh
  npx winiswin discord "/status"                        ask the running system, as Discord would
  npx winiswin exchange --port 4800 --speed real        the simulated exchange alone
  npx winiswin inspect BTCUSDT --data DIR --html a.html what the engine sees at a candle, as text or as a chart
  npx winiswin why latest BTCUSDT                       why a symbol was or was not traded in a cycle
  npx winiswin config                                   what is in force, and where each value comes from
  npx winiswin audit verify                             is the record of what was done whole?
  npx winiswin cost                                     what a month on AWS costs, line by line
  npx winiswin doctor                                   is everything in order on this machine?
`;

const startExamples = `Examples:
  npx winiswin start                                    650 generated symbols, a cycle every 15 s, until Ctrl-C
  npx winiswin start --cycles 3 --json > run.json       three cycles, then one JSON document
  npx winiswin start --seed storm --symbols 50 --speed 300x --state /tmp/storm
  npx winiswin start --market recorded --data DIR --from 2024-03-01 --to 2024-03-15 --speed max --fresh --json
  npx winiswin start --market binance                   live prices, orders on paper (with ENABLE_TRADING=true), no key
  npx winiswin start --market binance --account demo --state DIR    the demo exchange of Binance, with a key for it
  npx winiswin start --market binance --account live --state DIR    real money: says what it is about to do and asks
`;

const exchangeExamples = `Examples:
  npx winiswin exchange --port 4800 --speed real
  npx winiswin exchange --port 4800 --market recorded --data DIR --from 2024-03-01 --speed 60x
  npx winiswin exchange --port 4800 --market binance      paper trading: live prices, orders that end here, in real time
  npx winiswin exchange --port 4800 --faults plan.json    {"seed":1,"rules":[{"on":"POST /fapi/v1/order","nth":2,"fault":"lostResponse"}]}
`;

const discordExamples = `Examples:
  npx winiswin discord "/status"
  npx winiswin discord "/why BTCUSDT"
  npx winiswin discord "/positions" --json
  npx winiswin discord "/chart BTCUSDT" --picture chart.png
  npx winiswin discord "/flatten" --yes                 without it: shows the effect and the key of the button
  npx winiswin discord register --dry-run               how Discord's list of commands differs from ours
  npx winiswin discord register --guild 1234567890      replace it on one server, at once visible
`;

const telegramExamples = `Examples:
  npx winiswin telegram register --dry-run              the menu of commands that Telegram would get
  npx winiswin telegram register --url https://...      give it the menu, and the address that its updates go to
`;

const inspectExamples = `Examples:
  npx winiswin inspect BTCUSDT --data DIR --at 2024-08-05T06:00:00Z
  npx winiswin inspect BTCUSDT --data DIR --at 2024-08-05T06:00:00Z --html crash.html
  npx winiswin inspect ETHUSDT --data DIR --json | jq .view.regime
`;

const whyExamples = `Examples:
  npx winiswin why latest BTCUSDT
  npx winiswin why 2026-11-21T10:15:00Z ETHUSDT --json | jq .candidates
`;

const configExamples = `Examples:
  npx winiswin config
  npx winiswin config --all                             with the parameters of every strategy
  npx winiswin config --json | jq .configuration.risk
`;

const datasetExamples = `Examples:
  DATASET=true npm start                                record the features of every signal
  npx winiswin dataset stats                            what is recorded, refused and how it ended
  npx winiswin dataset export --format parquet --out rows.parquet
  npx winiswin dataset export --format jsonl | head -1
`;

const auditExamples = `Examples:
  npx winiswin audit verify                             walk the hash chain; exit code 6 when a record is missing, altered or reordered
  npx winiswin audit list --symbol BTCUSDT --last 50
  npx winiswin audit list --last 500 --json | jq '.records[] | select(.kind == "halted")'
`;

const costExamples = `Examples:
  npx winiswin cost
  npx winiswin cost --symbols 100 --fixed-address
  npx winiswin cost --json | jq .usd
`;

const doctorExamples = `Examples:
  npx winiswin doctor
  npx winiswin doctor --json | jq .ok
`;

export interface ProgramCommands {
  readonly start: RunCommand;
  readonly exchange: RunCommand;
  readonly discord: RunCommand;
  readonly telegram: RunCommand;
  readonly doctor: RunCommand;
  readonly inspect: RunCommand;
  readonly config: RunCommand;
  readonly why: RunCommand;
  readonly cost: RunCommand;
  readonly datasetExport: RunCommand;
  readonly datasetStats: RunCommand;
  readonly auditVerify: RunCommand;
  readonly auditList: RunCommand;
}

export type RunChosen = (command: RunCommand, flags: Readonly<Record<string, unknown>>, positional?: string) => Promise<void>;

/** The commands with their flags and help; values are checked by the commands themselves. */
export function createProgram(commands: ProgramCommands, version: string, run: RunChosen): Command {
  const program = new Command("winiswin")
    .description("Every Binance USDT-M perpetual analysed at each 15-minute close; the best signals traded under strict risk rules.")
    .version(version, "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .option("--no-color", "without colours")
    .addHelpText("before", exampleText)
    .showSuggestionAfterError()
    .exitOverride();
  const subcommand = (name: string, description: string, examples: string, parent: Command = program) =>
    parent
      .command(name)
      .description(description)
      .helpOption("-h, --help", "show this help")
      .option("--no-color", "without colours")
      .addHelpText("before", examples)
      .showSuggestionAfterError()
      .exitOverride();

  withMarket(subcommand("start", "run the whole system on this machine", startExamples))
    .option("--account <kind>", "binance: paper, demo or live (default: paper)")
    .option("--yes", "live: answer the question before the start beforehand")
    .option("--new-key", "demo, live: the stored state is of the same account, whose key was replaced")
    .option("--once", "end after one cycle")
    .option("--cycles <n>", "end after so many cycles")
    .option("--from <iso>", "where the clock begins (recorded: its first candle)")
    .option("--to <iso>", "the last candle close to be analysed")
    .option("--state <dir>", "where everything is stored (default: .winiswin in the checkout)")
    .option("--port <n>", "the first of seven consecutive ports, 0 for free ones (default: 4700)")
    .option("--fresh", "delete the stored state first")
    .option("--json", "print one JSON document at the end, everything else on stderr")
    .action((flags) => run(commands.start, flags));
  withMarket(subcommand("exchange", "run the simulated exchange alone", exchangeExamples))
    .option("--port <n>", "where it listens on 127.0.0.1, 0 for a free port")
    .option("--from <iso>", "where its clock begins")
    .option("--faults <file>", "a JSON plan of what goes wrong, and when")
    .option("--json", "print address and keys as one JSON document")
    .action((flags) => run(commands.exchange, flags));
  subcommand("discord", "send a slash command to the running system, or ask a stopped one, and show the answer", discordExamples)
    .argument("<command...>", 'the command line, like "/status" or /why symbol:BTCUSDT, the key of a button, or register')
    .option("--state <dir>", "the folder of the system (default: .winiswin in the checkout)")
    .option("--yes", "confirm a dangerous command at once")
    .option("--picture <file>", "write the picture of the answer to a file")
    .option("--guild <id>", "register: on this server only")
    .option("--application <id>", "register: instead of DISCORD_APPLICATION_ID")
    .option("--dry-run", "register: show the difference and write nothing")
    .option("--json", "print the Discord message as JSON")
    .action((words: readonly string[], flags) => run(commands.discord, flags, words.join(" ")));
  subcommand("telegram", "give Telegram the menu of commands and the address of the webhook", telegramExamples)
    .argument("<word>", "register")
    .option("--url <address>", "the address of telegramUpdates, as the deployment shows it")
    .option("--dry-run", "show the menu and write nothing")
    .action((word: string, flags) => run(commands.telegram, flags, word));
  subcommand("inspect", "show what the engine knows of a symbol at a candle of a recording", inspectExamples)
    .argument("<symbol>", "like BTCUSDT")
    .option("--data <dir>", "a folder of csv or csv.gz files of 15m candles, one symbol a file")
    .option("--at <iso>", "the last close to be folded (default: the end of the file)")
    .option("--html <file>", "write a self-contained chart page")
    .option("--json", "print view and events as one JSON document")
    .action((symbol: string, flags) => run(commands.inspect, flags, symbol));
  subcommand("why", "tell from the tables why a symbol was or was not traded in a cycle", whyExamples)
    .argument("<cycle>", "the close of its candle, like 2026-11-21T10:15:00Z, or latest")
    .argument("<symbol>", "like BTCUSDT; BTC means BTCUSDT")
    .option("--state <dir>", "the folder of the system (default: .winiswin in the checkout)")
    .option("--json", "print signals, components and decisions as one JSON document")
    .action((cycle: string, symbol: string, flags) => run(commands.why, { ...flags, cycle, symbol }));
  subcommand("config", "show the settings that are in force and where each comes from", configExamples)
    .option("--all", "with the parameters of strategies that are not enabled")
    .option("--json", "print them as one JSON document; its configuration is a file that can be used again")
    .action((flags) => run(commands.config, flags));
  const dataset = subcommand("dataset", "what was recorded for learning: features of signals and how they ended", datasetExamples);
  subcommand("export", "write the whole rows of the dataset", datasetExamples, dataset)
    .option("--format <name>", "csv, jsonl or parquet (default: csv)")
    .option("--out <file>", "where to (default: stdout; parquet needs a file)")
    .option("--state <dir>", "the folder of the system (default: .winiswin in the checkout)")
    .action((flags) => run(commands.datasetExport, flags));
  subcommand("stats", "count rows, refusals and ends", datasetExamples, dataset)
    .option("--state <dir>", "the folder of the system (default: .winiswin in the checkout)")
    .option("--json", "print the counts as one JSON document")
    .action((flags) => run(commands.datasetStats, flags));
  const audit = subcommand("audit", "what was decided, tried and done, in a chain that shows every later change", auditExamples);
  subcommand("verify", "walk the whole chain and name the first record that is not as it was written", auditExamples, audit)
    .option("--state <dir>", "the folder of the system (default: .winiswin in the checkout)")
    .option("--through <hash>", "a hash that was kept: the chain must lead through it")
    .option("--json", "print the verdict as one JSON document")
    .action((flags) => run(commands.auditVerify, flags));
  subcommand("list", "show the newest records", auditExamples, audit)
    .option("--symbol <symbol>", "only what is about it")
    .option("--last <n>", "how many at most (default: 20)")
    .option("--state <dir>", "the folder of the system (default: .winiswin in the checkout)")
    .option("--json", "print the records as one JSON document")
    .action((flags) => run(commands.auditList, flags));
  subcommand("cost", "what a month on AWS costs at list prices, from what was measured", costExamples)
    .option("--symbols <n>", "how many symbols are analysed (default: 650)")
    .option("--fixed-address", "with the one fixed outgoing address for the exchange keys")
    .option("--json", "print every line as one JSON document")
    .action((flags) => run(commands.cost, flags));
  subcommand("doctor", "check what a run needs on this machine", doctorExamples)
    .option("--state <dir>", "the folder to check (default: .winiswin in the checkout)")
    .option("--json", "print the findings as one JSON document")
    .action((flags) => run(commands.doctor, flags));
  return program;
}

const withMarket = (command: Command): Command =>
  command
    .option("--market <name>", "generated, recorded or binance (default: generated)")
    .option("--data <dir>", "recorded: a folder of csv or csv.gz files, one symbol a file")
    .option("--symbols <n>", "how many symbols (generated: 650; else at most so many, the most traded first)")
    .option("--seed <text>", "generated: another seed is another market")
    .option("--speed <pace>", "real, max or a factor like 60x (default: 60x; binance: real)");
