/** What is written to stderr during a call, with the exit code that it sets. */
export async function printed(
    call: () => unknown,
    isTTY = false,
): Promise<{ code: typeof process.exitCode; text: string }> {
    const lines: unknown[] = [];
    const written = jest.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(line) > 0);
    const terminal = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
    const { exitCode } = process;
    Object.defineProperty(process.stderr, "isTTY", { value: isTTY, configurable: true });
    try {
        process.exitCode = undefined;
        await call();
        return { code: process.exitCode, text: lines.join("") };
    } finally {
        process.exitCode = exitCode;
        written.mockRestore();
        if (terminal) {
            Object.defineProperty(process.stderr, "isTTY", terminal);
        } else {
            Reflect.deleteProperty(process.stderr, "isTTY");
        }
    }
}
