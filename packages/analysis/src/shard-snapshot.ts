import { failed, type Result, succeeded } from "@winiswin/domain/result";
import type { DetectorName } from "./detector-name.ts";
import { type Engine, engineOf } from "./engine.ts";
import { checksum, engineSchemaVersion, openSnapshot } from "./snapshot.ts";

const magic = 0x57495348; // "WISH"

/**
 * The engines of a shard in one piece, uncompressed: uint32 magic, schema version, checksum of what follows it, count, the byte length of
 * each engine, padding to 8 bytes, then each engine's own bytes with its own checksum.
 */
export function saveEngines(engines: readonly Engine[]): Uint8Array {
  const parts = engines.map((engine) => engine.save());
  const bodyAt = bodyStart(parts.length);
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, bodyAt));
  const header = new Uint32Array(bytes.buffer, 0, bodyAt / 4);
  header[0] = magic;
  header[1] = engineSchemaVersion;
  header[3] = parts.length;
  let at = bodyAt;
  parts.forEach((part, index) => {
    header[4 + index] = part.length;
    bytes.set(part, at);
    at += part.length;
  });
  header[2] = checksum(header.subarray(3));
  return bytes;
}

/** All engines of a saved shard by symbol, or why the bytes cannot be trusted; never some of them. */
export function restoreEngines(needs: readonly DetectorName[], given: Uint8Array): Result<Map<string, Engine>, string> {
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  if (bytes.length < 16) return failed("the shard snapshot is cut off");
  const opening = new Uint32Array(bytes.buffer, bytes.byteOffset, 4);
  if (opening[0] !== magic) return failed("these bytes are not a shard snapshot");
  if (opening[1] !== engineSchemaVersion)
    return failed(`the shard snapshot has schema ${opening[1]}, this engine has ${engineSchemaVersion}`);
  const count = opening[3]!;
  const bodyAt = bodyStart(count);
  if (bodyAt > bytes.length) return failed("the shard snapshot is cut off");
  const header = new Uint32Array(bytes.buffer, bytes.byteOffset, bodyAt / 4);
  if (checksum(header.subarray(3)) !== header[2]) return failed("the checksum of the shard snapshot does not fit: it is corrupt");
  const engines = new Map<string, Engine>();
  let at = bodyAt;
  for (let index = 0; index < count; index++) {
    const part = bytes.subarray(at, at + header[4 + index]!);
    at += part.length;
    const opened = openSnapshot(part);
    if (!opened.ok) return opened;
    const restored = engineOf(opened.value, needs);
    if (!restored.ok) return restored;
    engines.set(restored.value.symbol, restored.value);
  }
  if (at !== bytes.length) return failed("the shard snapshot is longer than its directory says");
  return succeeded(engines);
}

const bodyStart = (count: number): number => Math.ceil((16 + 4 * count) / 8) * 8;
