/** Polls until the condition holds; throws after the patience, which only a failing test spends. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, patienceMs = 20_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
