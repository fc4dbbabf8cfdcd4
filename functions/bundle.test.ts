import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { functions } from "../stacks/topology.ts";

describe("the bundle of a function", () => {
  test.each(Object.entries(functions))("is at most 1 MB beside the AWS clients: %s", async (name, { handler, ...description }) => {
    const { outputFiles, metafile } = await build({
      entryPoints: [handler.replace(/\.handler$/, ".ts")],
      bundle: true,
      minify: true,
      keepNames: true,
      platform: "node",
      format: "esm",
      mainFields: ["module", "main"],
      target: "es2024",
      external: ["@aws-sdk/*", ...("nativeLibraries" in description ? description.nativeLibraries : [])],
      write: false,
      metafile: true,
    });

    const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    );
    expect(outputFiles[0]?.contents.byteLength).toBeLessThanOrEqual(1024 * 1024);
    // One `import { z }` would bring all of them, 350 KB.
    expect(used.filter((path) => /zod\/v4\/locales\/(?!(en|index)\.)/.test(path))).toEqual([]);
    // Discord waits three seconds: the endpoint reads no file of settings, and Telegram's needs none either.
    expect(used.some((path) => path.includes("node_modules/yaml/"))).toBe(!["discordInteractions", "telegramUpdates"].includes(name));
  });
});
