import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { currentActivity } from "./activity.ts";
import { callerHeader } from "./aws-call.ts";

/**
 * Says in each request that an invocation makes to one of the services for which function it is, whichever client makes it; returns how
 * to stop. On AWS the key of the function's role says it.
 */
export function nameCallers(isService: (host: string) => boolean): () => void {
  const nodeCreated = (message: unknown) => {
    const functionName = currentActivity()?.functionName;
    if (functionName === undefined) return;
    const { request } = message as { request: ClientRequest };
    if (isService(String(request.getHeader("host"))) && !request.headersSent) request.setHeader(callerHeader, functionName);
  };
  const fetchCreated = (message: unknown) => {
    const functionName = currentActivity()?.functionName;
    if (functionName === undefined) return;
    const { request } = message as { request: { readonly origin: string; addHeader(name: string, value: string): void } };
    if (isService(new URL(request.origin).host)) request.addHeader(callerHeader, functionName);
  };
  const subscriptions = [
    ["http.client.request.created", nodeCreated],
    ["undici:request:create", fetchCreated],
  ] as const;
  for (const [channel, listener] of subscriptions) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of subscriptions) unsubscribe(channel, listener);
  };
}
