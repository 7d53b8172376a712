/** Styles of text for a terminal, which change nothing without colors. */
export function textStyles(colors: boolean) {
    const styled = (code: number) => (text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
    return { bold: styled(1), dim: styled(2) };
}
