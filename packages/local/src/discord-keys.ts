import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "./start-error.ts";
import { writeWhole } from "./state-folder.ts";

const fileName = "discord-private-key.pem";

export interface DiscordKeys {
  /** Hexadecimal, as Discord shows it. */
  readonly publicKey: string;
  /** The two headers of an interaction that comes from whoever holds the private key. */
  signatureHeaders(body: string, timestamp: string): Readonly<Record<"x-signature-ed25519" | "x-signature-timestamp", string>>;
}

/** The key pair that stands for Discord's own, made once per state folder. */
export function discordKeysIn(stateFolder: string): DiscordKeys {
  const privateKey = storedKey(join(stateFolder, fileName));
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    // An Ed25519 key in this form ends with its 32 bytes.
    publicKey: der.subarray(-32).toString("hex"),
    signatureHeaders: (body, timestamp) => ({
      "x-signature-ed25519": sign(null, Buffer.from(timestamp + body), privateKey).toString("hex"),
      "x-signature-timestamp": timestamp,
    }),
  };
}

function storedKey(file: string): KeyObject {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeWhole(file, privateKey.export({ format: "pem", type: "pkcs8" }).toString(), 0o600);
    return privateKey;
  }
  try {
    return createPrivateKey(readFileSync(file));
  } catch {
    throw new StartError(`${file} is no private key any more: delete it, or start over with --fresh.`);
  }
}
