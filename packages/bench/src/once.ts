/** Several figures of one measurement share its run. */
export function once<Value>(measure: () => Promise<Value>): () => Promise<Value> {
  let measured: Promise<Value> | undefined;
  return () => {
    measured ??= measure();
    return measured;
  };
}
