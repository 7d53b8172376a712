/** A URL without the query, in which services such as webhooks have tokens: the output can be a log that others read. */
export const withoutQuery = (url: string): string => url.replace(/\?.*$/s, "?…");

/** Messages for the user of the emulator. */
export class Terminal {
    private readonly logged = new Set<string>();

    constructor(private readonly write: (line: string) => void) {}

    log(line: string): void {
        this.write(line);
    }

    /** Reports each message only once. */
    logOnce(line: string): void {
        if (!this.logged.has(line)) {
            this.logged.add(line);
            this.write(line);
        }
    }
}
