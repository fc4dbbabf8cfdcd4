// Who may import whom. Every sentence below is what the check prints when the rule is broken.
const testFile = "([.]test[.]ts$|^(packages/[^/]+|functions)/test/)";
const adapters = "news|binance|storage|messaging|chart|discord|telegram|sms";
const channels = "discord|telegram|sms";
const topology = "^stacks/(topology|resources)[.]ts$";
const resources = "^stacks/resources[.]ts$";
const ours = "^(packages|functions|stacks)/";

/** The parts of adapters that only translate what arrives, without being built or connected to anything. */
const translations = [
  "^packages/messaging/src/message-body[.]ts$",
  "^packages/(discord|telegram)/src/(parse-event|answer-interaction|answer-update)[.]ts$",
];

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** What the code of a package may import of ours, tests apart. */
const packageMayImport = (folder, comment, allowed) =>
  rule(
    `${folder}-imports`,
    comment,
    { path: `^packages/${folder}/`, pathNot: testFile },
    { path: ours, pathNot: [`^packages/${folder}/`, ...allowed] },
  );

module.exports = {
  forbidden: [
    rule("no-circles", "Two files that need each other are one concept or miss a third.", {}, { circular: true }),
    rule("resolvable", "An import that leads nowhere escapes every other rule.", {}, { couldNotResolve: true }),

    rule(
      "declared-libraries",
      "A library that is not a dependency in the package's own manifest works until somebody else stops needing it.",
      { path: "^(packages|functions)/", pathNot: testFile },
      { dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-dev"], dependencyTypesNot: ["type-only"] },
    ),

    packageMayImport("domain", "The domain is the innermost word: it imports nothing of ours.", []),
    packageMayImport("analysis", "Analysis looks at candles and knows only the domain.", ["^packages/domain/"]),
    packageMayImport("strategies", "A strategy judges what the analysis saw and knows nothing of execution.", [
      "^packages/(analysis|domain)/",
    ]),
    packageMayImport("dataset", "A row of the dataset is made of views and candles, and knows neither strategies nor how we trade.", [
      "^packages/(analysis|domain)/",
    ]),
    packageMayImport("application", "Use cases declare ports and never see who implements them.", [
      "^packages/(strategies|dataset|analysis|domain)/",
    ]),
    rule(
      "domain-libraries",
      "The domain needs zod and, in one file, big.js; a third library would be a decision.",
      { path: "^packages/domain/", pathNot: testFile },
      { path: "node_modules/", pathNot: "node_modules/(zod|big[.]js|@types/big[.]js)/" },
    ),
    rule(
      "pure-libraries",
      "Analysis, strategies and use cases compute: zod, pure indicator formulas and the reading of YAML text are all they need from outside.",
      { path: "^packages/(analysis|strategies|application)/", pathNot: testFile },
      { path: "node_modules/", pathNot: "node_modules/(zod|technicalindicators|yaml)/" },
    ),
    rule(
      "one-decimal",
      "big.js is strict in domain/decimal.ts only: money made elsewhere would accept floats.",
      { pathNot: "^packages/domain/src/decimal[.]ts$" },
      { path: "node_modules/(@types/)?big[.]js/" },
    ),
    rule(
      "pure-core",
      "Nothing of Node in the core: time, chance, files and network are given through ports.",
      { path: "^packages/(domain|analysis|strategies|dataset|application)/", pathNot: [testFile, "^packages/domain/src/identity[.]ts$"] },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "identity-hashes",
      "Identities are hashes of facts: identity.ts takes node:crypto and nothing else of Node.",
      { path: "^packages/domain/src/identity[.]ts$" },
      { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    ),
    rule(
      "pure-tests",
      "A test of the core that needs an adapter or the simulator tests something else.",
      { path: "^packages/(domain|analysis|strategies|dataset|application)/(.*[.]test[.]ts$|test/)" },
      { path: [`^packages/(${adapters}|local|exchange-simulator)/`, "^functions/", "^stacks/"] },
    ),

    rule(
      "adapters-implement-ports",
      "An adapter implements ports of the application with words of the domain.",
      { path: `^packages/(${adapters})/`, pathNot: [testFile, `^packages/(${channels})/`] },
      { path: ours, pathNot: [`^packages/(${adapters})/`, "^packages/domain/", "^packages/application/src/ports/"] },
    ),
    rule(
      "channels-render-commands",
      "A channel shows what the one command registry answers, through ports and commands of the application.",
      { path: `^packages/(${channels})/`, pathNot: testFile },
      { path: ours, pathNot: [`^packages/(${adapters})/`, "^packages/domain/", "^packages/application/src/(ports|commands)/"] },
    ),
    rule(
      "adapters-stay-apart",
      "Adapters never import one another: what they share is a port.",
      { path: `^packages/(${adapters})/`, pathNot: testFile },
      { path: `^packages/(${adapters})/`, pathNot: "^packages/$1/" },
    ),

    rule(
      "handlers-translate",
      "A handler turns an event into one use case: it imports the application, the domain, the wiring and what parses its event.",
      { path: "^functions/", pathNot: [testFile, "^functions/wiring([.]ts$|/)"] },
      { path: ours, pathNot: ["^functions/", "^packages/(application|domain)/", ...translations] },
    ),
    rule(
      "wiring-joins",
      "The wiring joins adapters and use cases; it knows neither the machine it runs on nor any test equipment.",
      { path: "^functions/wiring([.]ts$|/)", pathNot: testFile },
      { path: ours, pathNot: ["^functions/", topology, `^packages/(${adapters}|application|cost|strategies|dataset|analysis|domain)/`] },
    ),
    rule(
      "clients-are-wired",
      "In functions only the wiring makes clients: a handler that did could not be given another.",
      { path: "^functions/", pathNot: [testFile, "^functions/wiring([.]ts$|/)", "^functions/links[.]d[.]ts$"] },
      { path: "node_modules/(@aws-sdk|sst|binance)/" },
    ),
    rule(
      "aws-at-the-edge",
      "AWS stays in its adapters, the wiring and the embedded runtime that stands in for it.",
      { pathNot: ["^packages/(storage|messaging|local)/", "^functions/", testFile] },
      { path: "node_modules/(@aws-sdk|@smithy|sst)/" },
    ),
    rule(
      "exchange-at-the-edge",
      "The exchange SDK is spoken to in packages/binance only; tests of the simulator may ask it questions.",
      { pathNot: ["^packages/binance/", "^packages/exchange-simulator/(.*[.]test[.]ts$|test/)"] },
      { path: "node_modules/binance/" },
    ),

    packageMayImport("exchange-simulator", "The simulator is an exchange: of ours it knows the domain and nothing of how we trade.", [
      "^packages/domain/",
    ]),
    packageMayImport("local", "The embedded runtime hosts the handlers by the topology and adapts nothing itself.", [
      "^functions/",
      topology,
      "^packages/domain/",
      "^packages/application/src/(ports/|metrics[.]ts$)",
    ]),
    packageMayImport("cli", "The command line starts things and shows views.", [
      "^packages/(local|exchange-simulator|binance|discord|telegram|application|cost|dataset|analysis|domain)/",
    ]),
    packageMayImport("testkit", "Test equipment imitates ports; it needs no real adapter.", [
      "^packages/domain/",
      "^packages/application/src/",
    ]),
    rule(
      "testkit-in-tests",
      "Test equipment in production is a fake in production.",
      { pathNot: [testFile, "^packages/(testkit|bench|soak|fault-matrix)/"] },
      { path: "^packages/testkit/" },
    ),
    rule(
      "ends-of-the-line",
      "The command line, the benchmarks, the soak and the fault matrix are entrances: nothing else imports them.",
      { pathNot: "^packages/(cli|bench|soak|fault-matrix)/" },
      { path: "^packages/(cli|bench|soak|fault-matrix)/" },
    ),
    packageMayImport("soak", "The soak drives the embedded runtime and reads the books on both sides of it.", [
      "^packages/(local|exchange-simulator|testkit|domain)/",
      "^packages/application/src/(ports|audit)/",
      "^functions/wiring/",
    ]),
    rule(
      "bench-measures",
      "A benchmark measures parts or the whole through the embedded runtime, not through the command line.",
      { path: "^packages/bench/" },
      { path: "^packages/cli/" },
    ),

    rule(
      "stacks-name-handlers",
      "The stacks name handlers by path and import no package: what they bundle runs at deployment.",
      { path: "^stacks/", pathNot: testFile },
      { path: ["^packages/", "^functions/"] },
    ),
    rule(
      "topology-is-data",
      "The topology is plain data and imports nothing but plain data, so that the stacks and the embedded runtime can both read it.",
      { path: topology },
      { pathNot: resources },
    ),
    rule(
      "resources-are-data",
      "The resources are the part of the topology that needs no other, so they import nothing at all.",
      { path: resources },
      { path: ".+" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)[.]sst/" },
    tsPreCompilationDeps: true,
    // Without these three the workspace packages, which export TypeScript, do not resolve and every rule passes.
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".mts", ".d.ts", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
