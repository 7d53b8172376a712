/** The engine's warning for each repeated call, which can follow its dots. The program says once what is waited for. */
const retry = /^[ @].*\bwarning: retrying (?:create|update|delete) due to on-error hook request \(\d+\/\d+\)\s*$/;
/** The heading of a resource's messages at the end of the output. */
const heading = /^ {2}\S+ \(.+\):$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colors of a terminal.
const colors = /\x1b\[[\d;]*m/g;

/** Passes on the output of Pulumi without its warnings of repeated calls, and without the headings of those. */
export class WithoutRetries {
    private rest = "";
    /** A heading whose first message is not known yet. */
    private heading?: string;
    private isLeftOut = false;

    constructor(private readonly pass: (text: string) => void) {}

    write(text: string): void {
        const lines = (this.rest + text).split("\n");
        this.rest = lines.pop() ?? "";
        for (const line of lines) {
            this.line(`${line}\n`);
        }
    }

    end(): void {
        this.line(this.rest);
        this.pass(this.heading ?? "");
    }

    private line(line: string): void {
        const plain = line.replaceAll(colors, "").trimEnd();
        if (retry.test(plain)) {
            this.isLeftOut = true;
        } else if (this.heading !== undefined && this.isLeftOut && plain === "") {
            this.heading = undefined;
        } else {
            this.pass((this.heading ?? "") + (heading.test(plain) ? "" : line));
            this.heading = heading.test(plain) ? line : undefined;
            this.isLeftOut = false;
        }
    }
}
