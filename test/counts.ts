/** The numbers in the summary of a pulumi command: `{ created: 47 }`. */
export function counts(output: string): Record<string, number> {
    const block = /^Resources:\n((?: {4}.*\n)+)/m.exec(output)?.[1] ?? "";
    return Object.fromEntries([...block.matchAll(/(\d+) (\w+)/g)].map(([, count, what]) => [what, Number(count)]));
}
