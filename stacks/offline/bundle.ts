import { readFileSync, rmSync } from "node:fs";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

// What SST itself puts in front of a configuration, so that CommonJS dependencies find their globals in an ES module.
const commonJsGlobals = `import { createRequire as topLevelCreateRequire } from "node:module";
import { fileURLToPath as topLevelFileUrlToPath } from "node:url";
const require = topLevelCreateRequire(import.meta.url);
const __filename = topLevelFileUrlToPath(import.meta.url);
const __dirname = topLevelFileUrlToPath(new URL(".", import.meta.url));
`;

/** Loaded from the platform at run time: bundling a second copy of Pulumi would give it a second stack. */
const external = ["@pulumi/*", "@pulumiverse/*", "@sst-provider/*", "@aws-sdk/*", "undici", "esbuild", "archiver", "glob", "vite"];

interface Bundle {
  readonly root: string;
  readonly platform: string;
  readonly code: string;
  /** Lines at the top of the bundle. */
  readonly banner?: string;
  /** Lines at the top of each of our own files: SST gives them `sst` and `aws` as globals. */
  readonly prefix?: string;
  readonly define?: Record<string, string>;
  readonly inject?: string[];
}

/** Bundles and imports a piece of code the way the SST program does it; gives its default export. */
export async function importBundle({ root, platform, code, banner = "", prefix = "", define = {}, inject = [] }: Bundle): Promise<unknown> {
  const outfile = join(platform, `offline-${process.pid}-${process.hrtime.bigint()}.mjs`);
  const notOurs = [join(root, ".sst") + sep, `${sep}node_modules${sep}`];
  try {
    await build({
      stdin: { contents: code, resolveDir: root, sourcefile: "offline.ts", loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "node",
      mainFields: ["module", "main"],
      nodePaths: [join(platform, "node_modules")],
      external,
      define,
      inject,
      outfile,
      banner: { js: commonJsGlobals + banner },
      logLevel: "silent",
      plugins: [
        {
          name: "globals",
          setup(bundler) {
            bundler.onLoad({ filter: /\.ts$/ }, ({ path }) =>
              notOurs.some((part) => path.includes(part))
                ? undefined
                : { contents: `${prefix}\n${readFileSync(path, "utf8")}`, loader: "ts" },
            );
          },
        },
      ],
    });
    return ((await import(pathToFileURL(outfile).href)) as { default: unknown }).default;
  } finally {
    rmSync(outfile, { force: true });
  }
}
