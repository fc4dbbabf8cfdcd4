import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { steppedClock } from "../test/stub-exchange.ts";
import { createRestClient, type RestClient } from "./rest-client.ts";

let server: Server;
const sockets = new Set<Socket>();
afterEach(() => {
  server.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

async function listen(opened: Server, scheme: "http" | "https" = "http"): Promise<RestClient> {
  server = opened;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return createRestClient({
    baseUrl: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock: steppedClock(Date.parse("2026-11-21T10:15:02.000Z")),
    readTimeoutMs: 200,
    writeTimeoutMs: 200,
    credentials: { apiKey: "key", apiSecret: "secret" },
  });
}

const order = (client: RestClient) => client.write("POST", "fapi/v1/order", { symbol: "BTCUSDT" }, "entry");
const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

describe("an order whose connection", () => {
  it("breaks before it is secured was not sent", async () => {
    const client = await listen(
      createServer((socket) => socket.on("data", () => socket.destroy())),
      "https",
    );

    expect(await order(client)).toMatchObject({
      answer: "rejected",
      meaning: "busy",
      reason: expect.stringContaining("before anything could be sent"),
    });
  });

  it("breaks in the middle of the answer has an unknown outcome", async () => {
    const client = await listen(
      createServer((socket) =>
        socket.on("data", () => {
          socket.end(`${head}content-length: 100\r\n\r\n{"clientOrderId":`);
        }),
      ),
    );

    expect(await order(client)).toMatchObject({ answer: "unknown" });
  });

  it("is closed without a word has an unknown outcome", async () => {
    const client = await listen(createServer((socket) => socket.on("data", () => socket.end())));

    expect(await order(client)).toMatchObject({ answer: "unknown" });
  });

  it("was kept and is closed by the exchange as the order is on its way has an unknown outcome, and a read comes again", async () => {
    const requestsOf = new Map<Socket, number>();
    const client = await listen(
      createServer((socket) =>
        socket.on("data", () => {
          const count = (requestsOf.get(socket) ?? 0) + 1;
          requestsOf.set(socket, count);
          if (count === 1) socket.write(`${head}content-length: 2\r\n\r\n{}`);
          else socket.destroy();
        }),
      ),
    );
    await client.readPublic("fapi/v1/ping");
    const sent = await order(client);
    await client.readPublic("fapi/v1/ping");
    const read = await client.readPublic("fapi/v1/ping");

    expect(sent).toMatchObject({ answer: "unknown" });
    expect(read).toEqual({});
  });

  it("brings the answer byte by byte is not waited for without end", async () => {
    const dripping = createHttpServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drops = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drops));
    });
    const client = await listen(dripping);

    expect(await order(client)).toMatchObject({ answer: "unknown", reason: expect.stringContaining("did not answer in time") });
    await expect(client.readPublic("fapi/v1/klines")).rejects.toMatchObject({ kind: "retryable" });
  });
});

describe("an answer with status 200", () => {
  const answering = (text: string) =>
    listen(
      createServer((socket) => socket.on("data", () => socket.write(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`))),
    );

  it.each([
    ["an empty body", ""],
    ["null", "null"],
    ["a number", "200"],
    ["a text", '"ok"'],
    ["half a JSON", '{"clientOrderId":"wsw'],
    ["a page", "<html><title>hello</title></html>"],
  ])("and %s tells nothing about an order", async (_what, text) => {
    expect(await order(await answering(text))).toMatchObject({ answer: "unknown" });
  });

  it.each([
    ["as a number", '{"code":-2019,"msg":"Margin is insufficient."}'],
    ["as a text", '{"code":"-2019","msg":"Margin is insufficient."}'],
  ])("and an error code %s is an error", async (_what, text) => {
    expect(await order(await answering(text))).toMatchObject({ answer: "rejected", code: -2019 });
  });

  it.each([
    ["a number", '{"code":200,"msg":"success"}'],
    ["a text", '{"algoId":1,"clientAlgoId":"x","code":"200","msg":"success"}'],
  ])("and the code 200 as %s is a success", async (_what, text) => {
    expect(await order(await answering(text))).toMatchObject({ answer: "done" });
  });
});
