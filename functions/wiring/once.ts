/** Builds a value on first use and keeps it for the life of the process, as a warm Lambda does. */
export function once<Value>(build: () => Value): () => Value {
  let built: { readonly value: Value } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
