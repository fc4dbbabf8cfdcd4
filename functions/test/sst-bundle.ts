import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildResult, build } from "esbuild";

export const root = fileURLToPath(new URL("../../", import.meta.url));

// What SST puts in front of every bundle (its pkg/runtime/node/build.go).
const banner = [
  "import { createRequire as topLevelCreateRequire } from 'module';",
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
  "const __filename = topLevelFileUrlToPath(import.meta.url)",
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
  "",
].join("\n");

/**
 * Builds a handler with the options that SST gives esbuild for Node 24: everything in one minified module, the clients of AWS included; what
 * is native is installed beside it.
 */
export function sstBundle(
  handler: string,
  nativeLibraries: readonly string[] = [],
): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    absWorkingDir: root,
    entryPoints: [handler.replace(/\.handler$/, ".ts")],
    outfile: join(root, "bundle.mjs"),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    target: "es2024",
    external: ["sharp", "pg-native", ...nativeLibraries],
    banner: { js: banner },
    write: false,
    metafile: true,
    logLevel: "silent",
  });
}
