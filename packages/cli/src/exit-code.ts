/** What the shell is told; the same for every command. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  keys: 4,
  findings: 6,
  /** The exchange or the network, worth another try later. */
  temporary: 75,
  interrupted: 130,
} as const;
