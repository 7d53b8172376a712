import { createRequire } from "node:module";

/** The package with which Pulumi's SDK maps stack traces: https://github.com/evanw/node-source-map-support */
interface SourceMapSupport {
    install(options: object): void;
    /** Maps a position, with the name in `state` for the function that contains it; later versions also leave the names of the next one there. */
    wrapCallSite(frame: NodeJS.CallSite, state: Names): object;
}

interface Names {
    nextPosition: Position | null;
    curPosition: Position | null;
}

interface Position {
    name?: string | null;
}

/** A frame of a stack trace as it is printed, with the position that names the function of the frame that it calls. */
interface Printed {
    text: string;
    position: Position | null;
}

/**
 * Gives the sources' lines to stack traces by the same package as Pulumi's SDK, which maps the lines of all modules.
 *
 * @param outputOf the compiled code of a source that was loaded
 */
export function mapStackTraces(outputOf: (path: string) => string | undefined): void {
    const [, main = __filename] = process.argv;
    let support: SourceMapSupport;
    try {
        support = createRequire(main)("source-map-support");
    } catch {
        process.setSourceMapsEnabled(true);
        return;
    }
    support.install({ environment: "node", handleUncaughtExceptions: false, retrieveFile: outputOf });
    Error.prepareStackTrace = remembering(support);
}

/** A frame with the path of a file of an installed package. */
const installed = /[/\\]node_modules[/\\]/;

/**
 * Prints stack traces as the package does, but each frame only once: the SDK records a stack trace for each promise and each resource, thousands
 * with the same frames. Frames of installed packages keep their positions: their source maps take a tenth of a second to read, and name sources
 * that packages such as `@pulumi/pulumi` do not contain.
 */
function remembering(support: SourceMapSupport): (error: Error, frames: NodeJS.CallSite[]) => string {
    const printed = new Map<string, Printed>();
    const print = (frame: NodeJS.CallSite, nextPosition: Position | null): Printed => {
        // Contains everything that is printed, except for names from source maps.
        const key = `${frame} ${nextPosition?.name}`;
        const known = printed.get(key);
        if (known) {
            return known;
        }
        const names: Names = { nextPosition, curPosition: null };
        const mapped = installed.test(`${frame}`) ? frame : support.wrapCallSite(frame, names);
        const text = `\n    at ${mapped}`;
        const result = { text, position: names.curPosition };
        printed.set(key, result);
        return result;
    };
    return (error, frames) => {
        let text = "";
        let position: Position | null = null;
        // A position has the name of the function that it calls, which is the frame before it.
        for (let index = frames.length - 1; index >= 0; index--) {
            const frame = print(frames[index] as NodeJS.CallSite, position);
            text = frame.text + text;
            position = frame.position;
        }
        return `${error.name || "Error"}: ${error.message || ""}${text}`;
    };
}
