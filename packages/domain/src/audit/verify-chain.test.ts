import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AuditHead, type AuditRecord, auditKinds, hashOf, recordAfter } from "./audit-record.ts";
import { defectOf, startOfWalk, walk } from "./verify-chain.ts";

const entries = fc.array(
  fc.record({
    kind: fc.constantFrom(...auditKinds),
    at: fc.integer({ min: 0, max: 1e12 }).map((atMs) => new Date(atMs).toISOString()),
    cycleId: fc.option(fc.string(), { nil: undefined }),
    symbol: fc.option(fc.string(), { nil: undefined }),
    positionId: fc.option(fc.string(), { nil: undefined }),
    details: fc.json(),
  }),
  { minLength: 1, maxLength: 12 },
);

const chainOf = (given: readonly Parameters<typeof recordAfter>[2][]): Map<number, AuditRecord> =>
  given.reduce((chain, entry) => {
    const record = recordAfter(chain.get(chain.size), "main", entry);
    return chain.set(record.number, record);
  }, new Map<number, AuditRecord>());

function verdictOf(chain: ReadonlyMap<number, AuditRecord>, head: AuditHead | undefined) {
  const ordered = [...chain].sort(([first], [second]) => first - second);
  const walked = ordered.reduce((state, [place, record]) => walk(state, { ...record, place }, head), startOfWalk("main"));
  return defectOf(walked, head);
}

const anyPlace = (chain: ReadonlyMap<number, unknown>, seed: number): number => 1 + (seed % chain.size);
const seed = fc.nat();

describe("a chain", () => {
  it("is whole as it was written, also while the note of its newest record lags", () => {
    fc.assert(
      fc.property(entries, seed, (given, lag) => {
        const chain = chainOf(given);
        expect(verdictOf(chain, chain.get(anyPlace(chain, lag)))).toBeUndefined();
      }),
    );
    expect(verdictOf(new Map(), undefined)).toBeUndefined();
  });

  it("shows a change of any field of any record, at that record", () => {
    const tampering = fc.constantFrom<keyof AuditRecord>(
      "bot",
      "number",
      "kind",
      "at",
      "cycleId",
      "symbol",
      "positionId",
      "details",
      "former",
      "hash",
    );
    fc.assert(
      fc.property(entries, seed, tampering, fc.string(), (given, where, field, text) => {
        const chain = chainOf(given);
        const place = anyPlace(chain, where);
        const record = chain.get(place)!;
        const value =
          field === "number"
            ? record.number + 1 + text.length
            : field === "kind" && record.kind === "halted"
              ? "resumed"
              : field === "kind"
                ? "halted"
                : `${record[field] ?? ""}${text}!`;
        const head = chain.get(chain.size);
        chain.set(place, { ...record, [field]: value });
        expect(verdictOf(chain, head)).toMatchObject({ number: place });
      }),
      { numRuns: 1_000 },
    );
  });

  it("shows a record that was replaced by one with a hash of its own, the last one included", () => {
    fc.assert(
      fc.property(entries, seed, (given, where) => {
        const chain = chainOf(given);
        const place = anyPlace(chain, where);
        const head = chain.get(chain.size);
        const forged = { ...chain.get(place)!, details: '{"forged":true}' };
        chain.set(place, { ...forged, hash: hashOf(forged) });
        const defect = verdictOf(chain, head);
        expect(defect?.defect).toBe("altered");
        expect(defect?.number).toBe(Math.min(place + 1, chain.size));
      }),
    );
  });

  it("shows the first record that is missing, at the end too", () => {
    fc.assert(
      fc.property(entries, seed, (given, where) => {
        const chain = chainOf(given);
        const head = chain.get(chain.size);
        const place = anyPlace(chain, where);
        chain.delete(place);
        expect(verdictOf(chain, head)).toMatchObject({ number: place, defect: "missing" });
      }),
    );
  });

  it("shows records that changed places", () => {
    fc.assert(
      fc.property(entries, seed, seed, (given, one, other) => {
        const chain = chainOf(given);
        const head = chain.get(chain.size);
        const [first, second] = [anyPlace(chain, one), anyPlace(chain, other)].sort((a, b) => a - b) as [number, number];
        fc.pre(first !== second);
        const [low, high] = [chain.get(first)!, chain.get(second)!];
        chain.set(first, high).set(second, low);
        expect(verdictOf(chain, head)).toMatchObject({ number: first, defect: "reordered" });
      }),
    );
  });

  it("is not whole without the note of its newest record", () => {
    const chain = chainOf([{ kind: "resumed", at: new Date(0).toISOString(), details: "{}" }]);
    expect(verdictOf(chain, undefined)).toMatchObject({ defect: "missing" });
  });
});
