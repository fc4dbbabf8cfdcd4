import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { parseCommandLine } from "@winiswin/application/commands/typed-command";
import { sha256 } from "@winiswin/domain/identity";
import { failed, type Result, succeeded } from "@winiswin/domain/result";
import { componentTypes, interactionTypes, optionTypes } from "./protocol.ts";

export interface SignedInteraction {
  /** The exact text that is signed; send it unchanged. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Under which the answer is edited when it is deferred. */
  readonly interactionToken: string;
}

export interface InteractionSender {
  /** Ed25519, PKCS#8 PEM or the 32-byte seed in hexadecimal. */
  readonly privateKey: string;
  readonly applicationId: string;
  readonly userId: string;
  /** The real time, UTC milliseconds; also makes the interaction's id and token. */
  readonly nowMs: number;
}

/** What Discord would send when a user clicks a button; `count` makes two clicks within a millisecond differ. */
export function signedClick(sender: InteractionSender & { readonly key: string; readonly count?: number }): SignedInteraction {
  const interactionToken = sha256(`${sender.applicationId}|${sender.userId}|${sender.nowMs}|${sender.key}|${sender.count ?? 0}`);
  const body = JSON.stringify({
    version: 1,
    type: interactionTypes.button,
    id: snowflakeAt(sender.nowMs, interactionToken),
    application_id: sender.applicationId,
    token: interactionToken,
    user: { id: sender.userId, username: "operator" },
    data: { custom_id: sender.key, component_type: componentTypes.button },
  });
  return { body, headers: signatureHeaders(body, sender.privateKey, sender.nowMs), interactionToken };
}

/** What Discord would send when a user types the command line; the failure says how the line is meant to be written. */
export function signedInteraction(sender: InteractionSender & { readonly command: string }): Result<SignedInteraction, string> {
  const typed = parseCommandLine(sender.command);
  if (!typed.ok) return failed(typed.failure);
  const interactionToken = sha256(`${sender.applicationId}|${sender.userId}|${sender.nowMs}|${sender.command}`);
  const body = JSON.stringify({
    version: 1,
    type: interactionTypes.command,
    id: snowflakeAt(sender.nowMs, interactionToken),
    application_id: sender.applicationId,
    token: interactionToken,
    user: { id: sender.userId, username: "operator" },
    data: {
      id: snowflakeAt(sender.nowMs, typed.value.name),
      type: 1,
      name: typed.value.name,
      options: Object.entries(typed.value.options).map(([name, value]) => ({ name, type: typeOf(value), value })),
    },
  });
  return succeeded({ body, headers: signatureHeaders(body, sender.privateKey, sender.nowMs), interactionToken });
}

/** The two headers that sign a body at an instant. */
export function signatureHeaders(body: string, privateKey: string, nowMs: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = sign(null, Buffer.from(`${timestamp}${body}`, "utf8"), privateKeyOf(privateKey)).toString("hex");
  return { "content-type": "application/json", "x-signature-ed25519": signature, "x-signature-timestamp": timestamp };
}

/** A key pair for an endpoint that Discord itself never calls: the public key in hexadecimal as Discord shows it, the private one as PEM. */
export function generateInteractionKeys(): { readonly publicKey: string; readonly privateKey: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { publicKey: publicKeyOf(pem), privateKey: pem };
}

/** The public half in hexadecimal. */
export function publicKeyOf(privateKey: string): string {
  const { x = "" } = createPublicKey(privateKeyOf(privateKey)).export({ format: "jwk" });
  return Buffer.from(x, "base64url").toString("hex");
}

/** RFC 8410: what stands before the 32-byte seed of an Ed25519 key in PKCS#8. */
const pkcs8Prefix = "302e020100300506032b657004220420";

function privateKeyOf(text: string): KeyObject {
  if (!/^[0-9a-f]{64}$/i.test(text.trim())) return createPrivateKey(text);
  return createPrivateKey({ key: Buffer.from(pkcs8Prefix + text.trim(), "hex"), format: "der", type: "pkcs8" });
}

const discordEpochMs = 1_420_070_400_000;

/** The time in the upper bits, and in the lower 22 what makes two of one millisecond differ. */
const snowflakeAt = (atMs: number, of: string): string =>
  ((BigInt(Math.max(0, Math.floor(atMs) - discordEpochMs)) << 22n) | BigInt(Number.parseInt(sha256(of).slice(0, 5), 16))).toString();

const typeOf = (value: string | number | boolean): number =>
  typeof value === "string"
    ? optionTypes.text
    : typeof value === "boolean"
      ? optionTypes.truth
      : Number.isInteger(value)
        ? optionTypes.integer
        : optionTypes.number;
