/** A URL without the query, in which services such as webhooks have tokens: the output can be a log that others read. */
export const withoutQuery = (url: string): string => url.replace(/\?.*$/s, "?…");

/** What a message for the user is about. */
export interface About {
    /** The ID of a trace. */
    trace?: string;
    /** Whether the message is in the log of a component, too. */
    isLogged?: boolean;
}

/** Messages for the user of the emulator. */
export class Terminal {
    private readonly logged = new Set<string>();

    constructor(private readonly write: (line: string, about: About) => void) {}

    log(line: string, about: About = {}): void {
        this.write(line, about);
    }

    /** Reports each message only once. */
    logOnce(line: string): void {
        if (!this.logged.has(line)) {
            this.logged.add(line);
            this.write(line, {});
        }
    }
}
