/** Builds one thing for each entry of a table of the topology and keeps the names, so that a misspelt one does not compile. */
export function byName<Name extends string, Description, Built>(
  descriptions: Readonly<Record<Name, Description>>,
  build: (name: Name, description: Description) => Built,
): Record<Name, Built> {
  const names = Object.keys(descriptions) as Name[];
  return Object.fromEntries(names.map((name) => [name, build(name, descriptions[name])])) as Record<Name, Built>;
}
