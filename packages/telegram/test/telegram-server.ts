import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { limits } from "../src/limits.ts";

export type TelegramFault =
  | { readonly kind: "status"; readonly status: number; readonly body?: unknown }
  | { readonly kind: "silence" }
  | { readonly kind: "disconnect" };

export interface SentToTelegram {
  readonly method: string;
  readonly [field: string]: unknown;
}

/** Telegram's HTTP side on loopback: it keeps what is sent, and refuses what Telegram would refuse. */
export interface TelegramServer {
  readonly apiUrl: string;
  readonly botToken: string;
  readonly sent: readonly SentToTelegram[];
  /** Each fault is met once, in order. */
  failNext(...faults: readonly TelegramFault[]): void;
  close(): Promise<void>;
}

const botToken = "123456:test-token";
const tags = /^(b|i|pre)$/;

export async function startTelegramServer(): Promise<TelegramServer> {
  const sent: SentToTelegram[] = [];
  const faults: TelegramFault[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = await fieldsOf(request);
    const fault = faults.shift();
    if (fault?.kind === "silence") return;
    if (fault?.kind === "disconnect") {
      request.socket.destroy();
      return;
    }
    if (fault !== undefined) return send(response, fault.status, fault.body ?? { ok: false });
    const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? "") ?? [];
    if (token !== botToken) return send(response, 401, { ok: false, error_code: 401, description: "Unauthorized" });
    const complaint = complaintAbout(method, fields);
    if (complaint !== undefined) return send(response, 400, { ok: false, error_code: 400, description: `Bad Request: ${complaint}` });
    sent.push({ method, ...fields });
    return send(response, 200, { ok: true, result: { message_id: sent.length } });
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => request.socket.destroy());
  });
  await listening(server);
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    botToken,
    sent,
    failNext: (...given) => {
      faults.push(...given);
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** What Telegram would complain about; undefined when it would take it. */
export function complaintAbout(method: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  if (method === "sendPhoto") return String(fields.caption ?? "").length > limits.caption ? "message caption is too long" : undefined;
  if (method !== "sendMessage" && method !== "editMessageText") return undefined;
  const text = String(fields.text ?? "");
  if (text.trim() === "") return "message text is empty";
  if (text.length > limits.text) return "message is too long";
  return brokenMarkup(text) ?? brokenKeyboard(fields.reply_markup);
}

function brokenMarkup(html: string): string | undefined {
  const open: string[] = [];
  for (const [, closing, tag = ""] of html.matchAll(/<(\/?)([^>]*)>/g)) {
    if (!tags.test(tag)) return `can't parse entities: unsupported start tag "${tag}"`;
    if (closing === "") open.push(tag);
    else if (open.pop() !== tag) return `can't parse entities: unexpected end tag "${tag}"`;
  }
  if (open.length > 0) return "can't parse entities: can't find end tag";
  return /<(?![/a-z])|&(?!(amp|lt|gt|quot);)/.test(html) ? "can't parse entities" : undefined;
}

interface Keyboard {
  readonly inline_keyboard?: readonly (readonly { readonly text: string; readonly callback_data: string }[])[];
}

function brokenKeyboard(markup: unknown): string | undefined {
  const buttons = ((markup as Keyboard | undefined)?.inline_keyboard ?? []).flat();
  if (buttons.length > limits.buttons) return "REPLY_MARKUP_TOO_LONG";
  return buttons.some(
    ({ text, callback_data: data }) => text === "" || Buffer.byteLength(data) < 1 || Buffer.byteLength(data) > limits.callbackData,
  )
    ? "BUTTON_DATA_INVALID"
    : undefined;
}

async function fieldsOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
  const form = await new Response(Buffer.concat(chunks), { headers: { "content-type": type } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) fields[name] = value instanceof File ? new Uint8Array(await value.arrayBuffer()) : value;
  return fields;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const listening = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
