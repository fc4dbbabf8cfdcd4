import { failed, type Result, succeeded } from "@winiswin/domain/result";

/** Raised whenever the recorded state of any detector changes its meaning or order. */
export const engineSchemaVersion = 8;

const magic = 0x57494e45; // "WINE"
const headerWords = 5;

export interface Snapshot {
  readonly symbol: string;
  readonly needs: readonly string[];
  readonly words: Float64Array;
}

/**
 * Bytes of one engine: five uint32 (magic, schema version, checksum of all that follows it, bytes of the description, float64 words), a JSON
 * description padded to 8 bytes, the words. Little-endian, as every machine that runs Node is.
 */
export function sealSnapshot({ symbol, needs, words }: Snapshot): Uint8Array {
  const description = new TextEncoder().encode(JSON.stringify({ symbol, needs }));
  const wordsAt = roundUp(headerWords * 4 + description.length);
  const bytes = new Uint8Array(wordsAt + words.byteLength);
  const header = new Uint32Array(bytes.buffer, 0, headerWords);
  header[0] = magic;
  header[1] = engineSchemaVersion;
  header[3] = description.length;
  header[4] = words.length;
  bytes.set(description, headerWords * 4);
  new Float64Array(bytes.buffer, wordsAt).set(words);
  header[2] = checksum(new Uint32Array(bytes.buffer, 12));
  return bytes;
}

export function openSnapshot(given: Uint8Array): Result<Snapshot, string> {
  if (given.length < headerWords * 4 || given.length % 8 !== 0) return failed("the snapshot is cut off");
  // Views of more than one byte need alignment, which a slice of a larger buffer may lack.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const header = new Uint32Array(bytes.buffer, bytes.byteOffset, headerWords);
  if (header[0] !== magic) return failed("these bytes are not an engine snapshot");
  if (header[1] !== engineSchemaVersion) return failed(`the snapshot has schema ${header[1]}, this engine has ${engineSchemaVersion}`);
  const descriptionLength = header[3]!;
  const wordsAt = roundUp(headerWords * 4 + descriptionLength);
  if (wordsAt + header[4]! * 8 !== bytes.length) return failed("the snapshot is cut off or padded");
  if (checksum(new Uint32Array(bytes.buffer, bytes.byteOffset + 12, bytes.length / 4 - 3)) !== header[2]) {
    return failed("the checksum of the snapshot does not fit: it is corrupt");
  }
  const text = new TextDecoder().decode(bytes.subarray(headerWords * 4, headerWords * 4 + descriptionLength));
  const { symbol, needs } = JSON.parse(text) as Pick<Snapshot, "symbol" | "needs">;
  return succeeded({ symbol, needs, words: new Float64Array(bytes.buffer, bytes.byteOffset + wordsAt, header[4]) });
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** FNV-1a over 32-bit words: every single flipped bit changes it. */
export function checksum(words: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < words.length; index++) hash = Math.imul(hash ^ words[index]!, 0x01000193);
  return hash >>> 0;
}
