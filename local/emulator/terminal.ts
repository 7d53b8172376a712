/** What is told to who runs the emulator, a line at a time. */
export class Terminal {
    private readonly told = new Set<string>();

    constructor(private readonly write: (line: string) => void) {}

    say(line: string): void {
        this.write(line);
    }

    /** Says the same thing once. */
    once(line: string): void {
        if (!this.told.has(line)) {
            this.told.add(line);
            this.write(line);
        }
    }
}
