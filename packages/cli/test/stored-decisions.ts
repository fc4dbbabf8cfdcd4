// A process of its own, because the wiring reads its links once: prints cycles, facts and decisions of a folder on which nothing runs.

import { startEmulators } from "@winiswin/local/emulators";
import { openStoredBooks } from "@winiswin/local/stored-books";
import { projectTopology } from "@winiswin/local/topology";

const [stateFolder = "", before = ""] = process.argv.slice(2);
const bot = "main";

const emulators = await startEmulators(projectTopology, { stateFolder, dynamodbPort: 0, queuesPort: 0 });
const books = await openStoredBooks({ dynamodb: emulators.dynamodbUrl, queues: emulators.queuesUrl });
const cycles = [...(await books.cycles.latest(1_000, Date.parse(before)))].reverse();
const told = [];
for (const cycle of cycles) {
  told.push({
    cycle,
    facts: (await books.decisions.facts(bot, cycle.cycleId)) ?? null,
    decisions: await books.decisions.ofCycle(bot, cycle.cycleId),
  });
}
process.stdout.write(`${JSON.stringify(told)}\n`, () => void emulators.stop().then(() => process.exit(0)));
