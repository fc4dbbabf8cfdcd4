import { failed, type Result, succeeded } from "@winiswin/domain/result";
import type { RESTPutAPIApplicationCommandsJSONBody } from "discord-api-types/v10";
import * as z from "zod";

export interface RegistrationSettings {
  /** `https://discord.com/api/v10`, or a local one. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly applicationId: string;
  /** Undefined for every server: Discord shows a change of those only after a while. */
  readonly guildId: string | undefined;
  readonly timeoutMs?: number;
  readonly wait?: (spanMs: number) => Promise<void>;
}

/** A command as Discord has it, reduced to what we say of it. */
export type RegisteredCommand = z.output<typeof registered>;

export interface CommandRegistration {
  /** The failure is one sentence without the token. */
  read(): Promise<Result<readonly RegisteredCommand[], string>>;
  /** Replaces all commands. */
  overwrite(commands: RESTPutAPIApplicationCommandsJSONBody): Promise<Result<void, string>>;
}

const option = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  required: z.boolean().default(false),
  autocomplete: z.boolean().default(false),
  choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).default([]),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
});

const registered = z.object({
  type: z.number().default(1),
  name: z.string(),
  description: z.string(),
  default_member_permissions: z.string().nullish(),
  options: z.array(option).default([]),
});

const rateLimit = z.object({ retry_after: z.number().nonnegative() });
const attempts = 5;
const longestWaitMs = 60_000;

export function createCommandRegistration(settings: RegistrationSettings): CommandRegistration {
  const { timeoutMs = 10_000, wait = (spanMs) => new Promise((resolve) => setTimeout(resolve, spanMs)) } = settings;
  const place = settings.guildId === undefined ? "" : `/guilds/${encodeURIComponent(settings.guildId)}`;
  const url = `${settings.apiUrl.replace(/\/+$/, "")}/applications/${encodeURIComponent(settings.applicationId)}${place}/commands`;

  async function call(method: "GET" | "PUT", body?: unknown): Promise<Result<unknown, string>> {
    for (let attempt = 1; ; attempt++) {
      const answer = await answerTo(method, body);
      if (answer.ok) {
        const { status, content } = answer.value;
        if (status >= 200 && status < 300) return succeeded(content);
        const limited = rateLimit.safeParse(content);
        const waitMs = status === 429 && limited.success ? Math.ceil(limited.data.retry_after * 1000) : undefined;
        if (waitMs === undefined || waitMs > longestWaitMs || attempt >= attempts) return failed(refusalSentence(status, content));
        await wait(waitMs);
      } else if (attempt >= attempts) return answer;
      else await wait(500 * 2 ** attempt);
    }
  }

  async function answerTo(method: "GET" | "PUT", body: unknown): Promise<Result<{ status: number; content: unknown }, string>> {
    try {
      const response = await fetch(url, {
        method,
        headers: { authorization: `Bot ${settings.botToken}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "error",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return succeeded({ status: response.status, content: parsed(text) });
    } catch {
      return failed(`Discord does not answer on ${new URL(url).origin}`);
    }
  }

  return {
    async read() {
      const answer = await call("GET");
      if (!answer.ok) return answer;
      const commands = z.array(registered).safeParse(answer.value);
      return commands.success ? succeeded(commands.data) : failed("Discord answered with something that is no list of commands");
    },
    async overwrite(commands) {
      const answer = await call("PUT", commands);
      return answer.ok ? succeeded(undefined) : answer;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 200);
  }
}

const errorBody = z.object({ message: z.string() });

function refusalSentence(status: number, content: unknown): string {
  const stated = errorBody.safeParse(content);
  const detail = stated.success ? `: ${stated.data.message.slice(0, 200)}` : "";
  if (status === 401) return `Discord does not accept the bot token (401${detail})`;
  if (status === 403) return `the bot may not do this: it was not invited with the scope applications.commands (403${detail})`;
  if (status === 404) return `Discord knows no such application or server (404${detail})`;
  return `Discord refused with status ${status}${detail}`;
}

/** What an overwrite would change, one line each: "+ /halt ...", "- /old ...", "~ /why: options". */
export function registrationDifference(
  current: readonly RegisteredCommand[],
  wanted: RESTPutAPIApplicationCommandsJSONBody,
): readonly string[] {
  const normal = z.array(registered).parse(wanted);
  const known = new Map(current.map((command) => [command.name, command]));
  const removed = current.filter(({ name }) => !normal.some((command) => command.name === name));
  return [
    ...normal.flatMap((command) => {
      const before = known.get(command.name);
      if (before === undefined) return [`+ /${command.name} ${command.description}`];
      const changed = (["description", "options", "default_member_permissions"] as const).filter(
        (part) => JSON.stringify(before[part] ?? null) !== JSON.stringify(command[part] ?? null),
      );
      return changed.length === 0 ? [] : [`~ /${command.name}: ${changed.join(", ")}`];
    }),
    ...removed.map(({ name, description }) => `- /${name} ${description}`),
  ];
}
