/** What stands for account and region wherever AWS would put its own. */
export const region = "eu-central-1";
export const accountId = "000000000000";

/** The emulators check no key, but the clients insist on having one. */
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

export const queueArn = (wireName: string): string => `arn:aws:sqs:${region}:${accountId}:${wireName}`;
export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/** An instant in ISO with whole seconds, as AWS writes it. */
export const isoSeconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
