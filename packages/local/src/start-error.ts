/** Something the operator can mend: one sentence that says what to do, and the exit code of the command. */
export class StartError extends Error {
  readonly exitCode: number;

  constructor(sentence: string, exitCode = 1) {
    super(sentence);
    this.name = "StartError";
    this.exitCode = exitCode;
  }
}
