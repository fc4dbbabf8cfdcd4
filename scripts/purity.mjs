// The core computes: same input, same output. What would give it the clock, chance, the environment or the network is found by name,
// in the syntax tree and with TypeScript's own scopes, so that a parameter called `fetch` is a parameter.
import { readFileSync } from "node:fs";
import ts from "typescript";

const forbiddenGlobals = new Map([
  ["process", "the environment and the process are read by functions and given as configuration"],
  ["console", "the core reports through the Logger port"],
  ["fetch", "the network is behind a port"],
  ["performance", "time is given by the Clock port"],
  ["crypto", "identity is derived from facts in domain/identity.ts, never from chance"],
  ["globalThis", "globals are the back door to all of the above"],
  ...["setTimeout", "setInterval", "setImmediate"].map((name) => [name, "waiting is done by the Clock port"]),
]);

const forbiddenMembers = new Map([
  ["Date.now", "time is given by the Clock port"],
  ["Math.random", "chance is seeded and given"],
]);

/** @returns {{ file: string, line: number, what: string, reason: string }[]} what the files take instead of being given */
export function impurities(files, readFile = (file) => readFileSync(file, "utf8")) {
  const options = { noLib: true, noResolve: true, allowJs: false, types: [], target: ts.ScriptTarget.ESNext };
  const host = ts.createCompilerHost(options);
  host.getSourceFile = (name, target) => ts.createSourceFile(name, readFile(name), target, true);
  host.fileExists = (name) => files.includes(name);
  const program = ts.createProgram(files, options, host);
  const checker = program.getTypeChecker();
  return files.flatMap((file) => impuritiesOf(file, program.getSourceFile(file), checker));
}

function impuritiesOf(file, sourceFile, checker) {
  const found = [];
  const report = (node, what, reason) => {
    found.push({ file, line: sourceFile.getLineAndCharacterOfPosition(node.getStart()).line + 1, what, reason });
  };
  // Without libraries nothing declares a global, so whatever has a declaration is the file's own.
  const isGlobal = (node, name) => ts.isIdentifier(node) && node.text === name && !symbolOf(node, checker)?.declarations?.length;
  const visit = (node) => {
    if (ts.isIdentifier(node) && forbiddenGlobals.has(node.text) && isReference(node) && isGlobal(node, node.text)) {
      report(node, node.text, forbiddenGlobals.get(node.text));
    }
    for (const [member, reason] of forbiddenMembers) {
      const [owner, name] = member.split(".");
      if (ts.isPropertyAccessExpression(node) && node.name.text === name && isGlobal(node.expression, owner)) report(node, member, reason);
      if (ts.isObjectBindingPattern(node) && destructures(node, owner, name, isGlobal)) report(node, member, reason);
    }
    if (ts.isNewExpression(node) && isGlobal(node.expression, "Date") && (node.arguments ?? []).length === 0) {
      report(node, "new Date()", "without an argument it reads the clock");
    }
    if (ts.isCallExpression(node) && isGlobal(node.expression, "Date")) report(node, "Date()", "called like this it reads the clock");
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return found;
}

function symbolOf(node, checker) {
  const { parent } = node;
  return ts.isShorthandPropertyAssignment(parent) ? checker.getShorthandAssignmentValueSymbol(parent) : checker.getSymbolAtLocation(node);
}

function destructures(pattern, owner, name, isGlobal) {
  const { initializer } = pattern.parent;
  if (initializer === undefined || !isGlobal(initializer, owner)) return false;
  return pattern.elements.some((element) => (element.propertyName ?? element.name).getText() === name);
}

/** Not the name of a member, a property or a label: those only look like a global. */
function isReference(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return (parent.expression ?? parent.left) === node;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) return parent.name !== node;
  return !ts.isMethodSignature(parent) && !ts.isMethodDeclaration(parent) && !ts.isTypeReferenceNode(parent);
}

/** Lines that must be found, each by its name, and a file in which nothing must be found. */
export const plantedImpurities = {
  forbidden: [
    ["Date.now", "export const at = () => Date.now();"],
    ["Date.now", "export const { now } = Date;"],
    ["new Date()", "export const at = () => new Date();"],
    ["new Date()", "export const at = () => new Date;"],
    ["Date()", "export const at = () => Date();"],
    ["Math.random", "export const chance = () => Math.random();"],
    ["process", "export const key = process.env.KEY;"],
    ["process", "export const settings = { process };"],
    ["console", "export const tell = () => console.log(1);"],
    ["fetch", "export const load = () => fetch('/');"],
    ["performance", "export const at = () => performance.now();"],
    ["crypto", "export const id = () => crypto.randomUUID();"],
    ["globalThis", "export const back = () => globalThis.process;"],
    ["setTimeout", "export const wait = () => setTimeout(() => 1, 5);"],
    ["setInterval", "export const wait = () => setInterval(() => 1, 5);"],
    ["setImmediate", "export const wait = () => setImmediate(() => 1);"],
  ],
  allowed: [
    "export const day = (atMs: number) => new Date(atMs).toISOString();",
    "export const parse = (text: string) => Date.parse(text) + Date.UTC(2026, 1);",
    "export const largest = (values: number[]) => Math.max(...values);",
    "export const load = (fetch: () => void) => fetch();",
    "export interface Step { process(): void; console: string }",
    "export const run = (step: { process(): void; fetch: number }) => [step.process(), step.fetch, { fetch: 1 }];",
  ],
};
