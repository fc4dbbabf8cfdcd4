/** Thrown in place of a port's answer: the process died here. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** Counts the calls of ports and lets the process die before or after the chosen one. */
export class Interruption {
  /** Names of all calls so far, in order. */
  readonly calls: string[] = [];
  private readonly at: number;
  private readonly moment: "before" | "after";

  constructor(at = -1, moment: "before" | "after" = "before") {
    this.at = at;
    this.moment = moment;
  }

  /** The same port, dying at the chosen call; later calls of a dead process die too. */
  wrap<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, property, receiver) => {
        const member: unknown = Reflect.get(target, property, receiver);
        if (typeof member !== "function") return member;
        return async (...given: unknown[]) => {
          const index = this.calls.push(`${name}.${String(property)}`) - 1;
          if (this.at >= 0 && (index > this.at || (index === this.at && this.moment === "before")))
            throw new Crash(`died ${this.moment} call ${this.at}`);
          const answer: unknown = await (member as (...given: unknown[]) => unknown).apply(target, given);
          if (index === this.at) throw new Crash(`died after call ${index}`);
          return answer;
        };
      },
    });
  }
}
