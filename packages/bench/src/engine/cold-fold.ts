import { parentPort } from "node:worker_threads";
import { detectorNames } from "@winiswin/analysis";
import { benchmarkCandles } from "./candles.ts";
import { foldAll } from "./fold.ts";

// A thread of its own has compiled nothing yet: its first pass is a cold one.
const { candles } = benchmarkCandles();
const { seconds, hash } = foldAll(candles, detectorNames);
parentPort?.postMessage({ candlesPerSecond: candles.length / seconds, hash });
