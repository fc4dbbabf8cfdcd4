import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "@winiswin/application/commands/registry";
import { expect, test } from "vitest";
import { secrets } from "../../../stacks/topology.ts";
import { createProgram, type ProgramCommands } from "./program.ts";

const root = join(import.meta.dirname, "../../..");
const pages = ["docs/deploy.md", "docs/runbook.md"].map((page) => readFileSync(join(root, page), "utf8"));
const program = createProgram(new Proxy({} as ProgramCommands, { get: () => async () => 0 }), "0", async () => undefined);
const all = (pattern: RegExp) => [...new Set(pages.flatMap((page) => [...page.matchAll(pattern)].map(([, word = ""]) => word)))];

test("every command of ours that the guides name exists", () => {
  const named = all(/npx winiswin ([a-z]+)/g);

  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !program.commands.some((command) => command.name() === name))).toEqual([]);
});

test("every question that the guides tell people to ask is one of the registry", () => {
  const named = all(/`\/([a-z]+)(?: [A-Z]+)?`/g);

  expect(named.length).toBeGreaterThan(6);
  expect(named.filter((name) => !commands.some((command) => command.name === name))).toEqual([]);
});

test("the guides set every secret of the topology and no other", () => {
  expect(all(/sst secret set ([A-Za-z]+)/g).toSorted()).toEqual(Object.keys(secrets).toSorted());
});

test("no block of commands undoes or destroys what another line of it does, because people copy whole blocks", () => {
  const blocks = pages.flatMap((page) => [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines = ""]) => lines.trim().split("\n")));
  const isLonely = (line: string) => /purge-queue|delete-item|put-item|start-message-move-task|sst remove/.test(line);

  expect(blocks.flat().filter(isLonely).length).toBeGreaterThan(2);
  expect(blocks.filter((lines) => lines.length > 1 && lines.some(isLonely))).toEqual([]);
});
