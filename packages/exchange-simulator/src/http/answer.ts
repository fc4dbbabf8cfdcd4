/** What goes back to the client. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  /** In place of the simulator's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly isOrder?: true;
}

export const jsonAnswer = (status: number, body: string): Answer => ({ status, body, contentType: "application/json;charset=UTF-8" });

export const pageAnswer = (status: number, body: string): Answer => ({ status, body, contentType: "text/html" });
