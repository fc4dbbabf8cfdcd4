import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { GeneratedMarket } from "../market/generated-market.ts";
import { Exchange } from "../matching/exchange.ts";
import { Market } from "../matching/market.ts";
import { createClock } from "../simulated-clock.ts";
import { DepthSnapshots } from "./depth-snapshots.ts";
import { ListenKeys } from "./listen-keys.ts";
import { StreamFace } from "./stream-face.ts";

const startMs = Date.UTC(2026, 10, 21, 10);
let server: Server;
let face: StreamFace;
let realMs = 0;

beforeEach(async () => {
  realMs = 1_000_000;
  server = createServer();
  face = new StreamFace({
    server,
    exchange: new Exchange(new Market(new GeneratedMarket("pings", 3, startMs))),
    clock: createClock({ kind: "stepped", startMs }, () => realMs),
    listenKeys: new ListenKeys("pings"),
    routes: { "GET /fapi/v1/klines": { access: "public", weight: 1, answer: () => "[]" } },
    snapshots: new DepthSnapshots(),
    commit: () => undefined,
    realNow: () => realMs,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  face.stop();
  server.close();
});

const connect = async (autoPong: boolean): Promise<WebSocket> => {
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/public/ws`, { autoPong });
  await once(socket, "open");
  return socket;
};

test("everybody is pinged every three minutes", async () => {
  const socket = await connect(true);
  realMs += 180_000;

  await once(socket, "ping");
  realMs += 180_000;
  await once(socket, "ping");
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test("who does not answer for ten minutes is let go", async () => {
  const socket = await connect(false);
  const closed = once(socket, "close");
  for (let ping = 0; ping < 3; ping++) {
    realMs += 180_000;
    await once(socket, "ping");
  }
  expect(socket.readyState).toBe(WebSocket.OPEN);
  realMs += 180_000;

  expect(await closed).toBeDefined();
});
