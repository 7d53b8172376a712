import { join } from "node:path";
import type { Code } from "./code";

/** A debugger that listens in the process of code. */
export interface Debugger {
    kind: "node" | "debugpy";
    /** On the loopback interface. */
    port: number;
    /** The folder from which the code runs, the same for all versions of it. */
    folder: string;
    /** The folder of this machine with the same files. */
    source?: string;
}

const kinds: [pattern: RegExp, kind: Debugger["kind"], port: number][] = [
    // https://nodejs.org/en/learn/getting-started/debugging
    [/^nodejs/, "node", 9229],
    // https://code.visualstudio.com/docs/python/debugging
    [/^python/, "debugpy", 5678],
];

/** The variable with the port of the debugger, which a process opens itself. */
export const debuggerVariable = "SLIPWAY_DEBUGGER";

/** The debuggers of the code that a user inspects. */
export class Debuggers {
    /** By the name of the service. */
    readonly all = new Map<string, Debugger>();

    /**
     * @param names of services
     * @param folder for the code
     */
    constructor(
        private readonly names: string[],
        private readonly folder: string,
    ) {}

    has(title: string): boolean {
        return this.names.includes(title);
    }

    /** The debugger of code; undefined if it is not inspected, or in a language without one here. */
    of({ title, runtime, source }: Code): Debugger | undefined {
        const [, kind, first] = kinds.find(([pattern]) => pattern.test(runtime)) ?? [];
        if (!this.has(title) || kind === undefined || first === undefined) {
            return undefined;
        }
        const known = this.all.get(title);
        const same = [...this.all.values()].filter((each) => each.kind === kind).length;
        const found: Debugger = {
            kind,
            port: known?.port ?? first + same,
            folder: join(this.folder, title),
            ...(source && { source }),
        };
        this.all.set(title, found);
        return found;
    }
}
