// A process of its own, because the wiring reads its links once: prints the stored cycles of a folder on which nothing runs.

import { openBooks } from "@winiswin/local/books";
import { startEmulators } from "@winiswin/local/emulators";
import { handlerEnvironment } from "@winiswin/local/links";
import { projectTopology } from "@winiswin/local/topology";

const [stateFolder = "", before = ""] = process.argv.slice(2);
const more = 1_000;

const emulators = await startEmulators(projectTopology, { stateFolder, dynamodbPort: 0, queuesPort: 0 });
const { dynamodbUrl, queuesUrl, queueUrls } = emulators;
const links = { dynamodbUrl, queuesUrl, eventsUrl: queuesUrl, queueUrls, functionUrls: {}, secrets: {} };
Object.assign(process.env, handlerEnvironment(projectTopology, links));
const books = await openBooks();
const cycles = await books.cycles.latest(more, Date.parse(before));
const told = cycles.map(({ cycleId, status, symbols, signals, signalsHash, orders }) => ({
  cycleId,
  status,
  symbols,
  signals,
  signalsHash,
  orders,
}));
process.stdout.write(`${JSON.stringify(told.reverse())}\n`, () => void emulators.stop().then(() => process.exit(0)));
