import { describe, expect, test } from "vitest";
import { type FunctionDescription, functions } from "../stacks/topology.ts";
import { sstBundle } from "./test/sst-bundle.ts";

const kilobyte = 1024;
const everyFunction = Object.entries<FunctionDescription>(functions);

/** Who speaks to the exchange; nobody else carries its SDK. */
const speaksToExchange = ["dispatchCycle", "analyzeShard", "executeCycle", "guardPositions", "answerCommand"];

/** Answers within the three seconds of a chat: each kilobyte is part of a cold start. */
const fronts = ["discordInteractions", "telegramUpdates"];

describe("the bundle of a function, built as SST builds it", () => {
  test.each(everyFunction)("is small and carries nothing that is not used: %s", async (name, { handler, nativeLibraries }) => {
    const { outputFiles, metafile } = await sstBundle(handler, nativeLibraries);

    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
    const used = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
    const bytesOf = (part: RegExp) => inputs.reduce((sum, [path, { bytesInOutput }]) => sum + (part.test(path) ? bytesInOutput : 0), 0);
    const size = outputFiles.find(({ path }) => path.endsWith(".mjs"))?.contents.byteLength ?? Number.NaN;
    console.log(
      `${name}: ${Math.round(size / kilobyte)} KB (clients of AWS ${Math.round(bytesOf(/@aws-sdk|@smithy/) / kilobyte)}, exchange ${Math.round(bytesOf(/node_modules\/(binance|axios)/) / kilobyte)})`,
    );
    expect(size - bytesOf(/@aws-sdk|@smithy/)).toBeLessThanOrEqual(1024 * kilobyte);
    if (fronts.includes(name)) expect(size).toBeLessThanOrEqual(150 * kilobyte);
    expect(used.some((path) => path.includes("node_modules/binance/"))).toBe(speaksToExchange.includes(name));
    // One `import { z }` would bring all of them, 350 KB.
    expect(used.filter((path) => /zod\/v4\/locales\/(?!en\.|index\.)/.test(path))).toEqual([]);
  });
});
