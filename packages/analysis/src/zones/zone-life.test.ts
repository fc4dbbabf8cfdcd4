import { describe, expect, it } from "vitest";
import { HandMade, type Shape } from "../../test/hand-made.ts";
import { Zone } from "./zone.ts";
import { followZone } from "./zone-life.ts";
import { KeptZones, mergeZones } from "./zone-merge.ts";
import { confluences, scoreOf, type ZoneSurroundings, zoneMerit, zoneNoise } from "./zone-score.ts";
import { ZoneShapes } from "./zone-shapes.ts";
import { unknownSurroundings } from "./zones.ts";

const atr = 2;

function zoneOf(bottom: number, top: number, timeframe: "15m" | "1h" = "15m"): Zone {
  const zone = new Zone(timeframe);
  zone.bottom = bottom;
  zone.top = top;
  zone.center = (bottom + top) / 2;
  zone.pivots = 2;
  zone.touches = 2;
  return zone;
}

/** A support from 100 to 101 and what candles do to it. */
function lifeOf(shapes: readonly Shape[]): { zone: Zone; kinds: string[] } {
  const zone = zoneOf(100, 101);
  const made = new HandMade();
  made.fold(shapes, (ring, log) => followZone(zone, ring, atr, log));
  return { zone, kinds: made.kinds() };
}

const above: Shape = [104, 105, 103, 104];
const inside: Shape = [103, 104, 100.5, 103];
/** Closes half an ATR below. */
const below: Shape = [99.5, 99.8, 98, 99];

describe("life of a zone", () => {
  it("counts a touch only after three bars outside", () => {
    expect(lifeOf([above, above, inside]).zone.touches).toBe(2);
    expect(lifeOf([above, above, above, inside, inside, above, inside]).zone.touches).toBe(3);
  });

  it("is broken by two closes beyond, and turned by a retest that holds", () => {
    const { zone, kinds } = lifeOf([[102, 103, 99.8, 99.9], [99.9, 100, 99, 99.4], below, [99, 100.2, 98.5, 99.2]]);
    expect(kinds).toEqual(["zone.broken long", "zone.flipped short"]);
    expect([zone.role, zone.flips]).toEqual([-1, 1]);
  });

  it("keeps its role when price closes back after the break", () => {
    const { zone, kinds } = lifeOf([[99.9, 100, 99, 99.4], below, [99, 101.5, 98.8, 101.2]]);
    expect(kinds).toEqual(["zone.broken long"]);
    expect([zone.role, zone.isBroken]).toEqual([1, false]);
  });

  it("is turned by a body through it and two more closes beyond, without a retest", () => {
    const { zone, kinds } = lifeOf([above, [103, 103.5, 98.5, 99], below, below]);
    expect(kinds).toEqual(["zone.flipped short"]);
    expect(zone.role).toBe(-1);
  });

  it("counts closes from one side to the other as noise", () => {
    expect(lifeOf([above, [103, 103.5, 98.5, 99], [99, 104, 98.9, 103.5]]).zone.closesThrough).toBe(2);
  });
});

describe("score of a zone", () => {
  const zoneScore = (zone: typeof perfect, lastBar: number, around: ZoneSurroundings): number =>
    scoreOf(zoneMerit(zone, lastBar), zoneNoise(zone), confluences(zone.top, zone.bottom, zone.absorbed, around));
  const perfect = { top: 101, bottom: 100, touches: 5, meanReaction: 2, lastTouchBar: 1000, closesThrough: 0, absorbed: 1 };

  it("reaches 100 with everything and loses by age and noise", () => {
    const around = { ema200: 100.5, roundNumberStep: 10, poc: 100.2, vah: Number.NaN, val: Number.NaN };
    expect(zoneScore(perfect, 1000, around)).toBeCloseTo(100, 9);
    expect(zoneScore(perfect, 1200, around)).toBeCloseTo(80 + 20 / Math.E, 9);
    expect(zoneScore({ ...perfect, closesThrough: 9 }, 1000, around)).toBeCloseTo(80, 9);
    expect(zoneScore({ ...perfect, absorbed: 0 }, 1000, unknownSurroundings())).toBeCloseTo(80, 9);
  });
});

describe("merging of zones", () => {
  function keeping(...zones: Zone[]): KeptZones {
    const kept = new KeptZones();
    kept.zones.push(...zones);
    kept.record();
    return kept;
  }

  function merge(kept: KeptZones, added: readonly Zone[], merged: Zone[]): void {
    const shapes = new ZoneShapes();
    shapes.take(added);
    mergeZones(kept, added, shapes, merged);
  }

  it("lets the longer timeframe absorb what overlaps it by 40 percent of the narrower one", () => {
    const hour = zoneOf(100, 102, "1h");
    const overlapping = zoneOf(101.5, 102.5);
    const apart = zoneOf(101.7, 102.7);
    const merged: Zone[] = [];
    merge(keeping(hour), [overlapping], merged);
    expect(merged).toEqual([hour]);
    expect(hour.absorbed).toBe(1);
    merge(keeping(hour), [apart], merged);
    expect(merged).toEqual([hour, apart]);
  });

  it("counts what was absorbed anew each time that it merges into the same zones", () => {
    const hour = zoneOf(100, 102, "1h");
    const kept = keeping(hour);
    const merged: Zone[] = [];
    merge(kept, [zoneOf(101.5, 102.5)], merged);
    merge(kept, [zoneOf(100.5, 101), zoneOf(101.5, 102.5)], merged);
    expect(hour.absorbed).toBe(2);
  });

  it("keeps of two of one timeframe the one with more pivots", () => {
    const few = zoneOf(100, 101);
    const many = zoneOf(100.3, 101.3);
    many.pivots = 5;
    const merged: Zone[] = [];
    merge(keeping(), [few, many], merged);
    expect(merged).toEqual([many]);
  });
});
