import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import type { BuiltFunction } from "./evaluation.ts";

interface BuildRequest {
  readonly functionID: string;
  readonly handler: string;
  readonly runtime: string;
  readonly links: Readonly<Record<string, unknown>>;
  readonly copyFiles?: readonly { readonly from: string; readonly to: string }[];
  readonly properties?: { readonly architecture?: string };
}

interface SstServer {
  readonly url: string;
  readonly functions: readonly BuiltFunction[];
  close(): void;
}

/** Stands in for the SST program, which the components call over HTTP for the names of its buckets and to have handlers built. */
export async function startSstServer({ handlersRoot, work }: { handlersRoot: string; work: string }): Promise<SstServer> {
  const functions: BuiltFunction[] = [];
  const answer = (method: string, parameters: unknown) => {
    if (method === "Provider.Aws.Bootstrap") {
      const names = ["asset", "state", "assetEcrRegistryId", "assetEcrUrl", "appsyncHttp", "appsyncRealtime"];
      return Object.fromEntries(names.map((name) => [name, `offline-${name}`]));
    }
    if (method === "Runtime.Build") {
      const request = parameters as BuildRequest;
      functions.push({
        functionName: request.functionID,
        handler: request.handler,
        runtime: request.runtime,
        architecture: request.properties?.architecture ?? "",
        linkNames: Object.keys(request.links),
        copiedFiles: request.copyFiles?.map(({ from, to }) => ({ from, to })) ?? [],
      });
      return pretendToBuild(request, handlersRoot, join(work, "built", request.functionID));
    }
    throw new Error(`The components called ${method}, which the offline evaluation does not know.`);
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method, params } = JSON.parse(body) as { method: string; params: unknown[] };
    response.setHeader("content-type", "application/json");
    try {
      response.end(JSON.stringify({ result: answer(method, params[0]), error: null }));
    } catch (error) {
      response.end(JSON.stringify({ result: null, error: String(error) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, functions, close: () => server.close() };
}

function pretendToBuild({ handler }: BuildRequest, handlersRoot: string, out: string) {
  const [file = "", exported = ""] = basename(handler).split(".");
  const source = join(handlersRoot, dirname(handler), `${file}.ts`);
  const errors = problemsOf(source, exported).map((problem) => `Handler ${handler}: ${problem}`);
  mkdirSync(join(out, dirname(handler)), { recursive: true });
  writeFileSync(join(out, dirname(handler), `${file}.mjs`), `export const ${exported} = () => {};\n`);
  return { handler, out, errors, sourcemaps: [] };
}

function problemsOf(source: string, exported: string): string[] {
  if (!existsSync(source)) return ["there is no such file"];
  const exports = new RegExp(`^export (?:const|async function|function) ${exported}\\b|^export \\{[^}]*\\b${exported}\\b`, "m");
  return exports.test(readFileSync(source, "utf8")) ? [] : [`the file does not export "${exported}"`];
}
