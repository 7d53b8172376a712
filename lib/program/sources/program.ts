import { relative, sep } from "node:path";
import { Cache, cacheFolder } from "../cache";
import { type Configuration, readConfiguration } from "../check/configuration";
import { nearestPackage } from "../invocation";
import { compile, type Format, formatOf, isTypeScript } from "./compile";
import { resolveImport, sourceOfMissing } from "./resolve";

/** The sources of a program, and how they are compiled. */
export class Program {
    /** What was compiled in this process, which stack traces need again. */
    private readonly compiled = new Map<string, string>();
    private readonly types = new Map<string, unknown>();
    private readonly cache: Cache;
    private found: Configuration | undefined;

    /** @param folder the folder in which it runs */
    constructor(readonly folder: string) {
        this.cache = new Cache(cacheFolder(folder));
    }

    /** Read with the first source: programs in JavaScript need no compiler. */
    private get configuration(): Configuration {
        this.found ??= readConfiguration(this.folder);
        return this.found;
    }

    /** Whether a file is a source in TypeScript, and not of an installed package. */
    isSource(file: string): boolean {
        return isTypeScript(file) && !relative(this.folder, file).split(sep).includes("node_modules");
    }

    /** The format in which Node loads a source that is imported. */
    formatOf(file: string): Format {
        return formatOf(file, (folder) => {
            if (!this.types.has(folder)) {
                this.types.set(folder, nearestPackage(folder).manifest.type);
            }
            return this.types.get(folder);
        });
    }

    compile(file: string, format: Format): string {
        const output = compile(file, format, this.configuration, this.cache);
        this.compiled.set(file, output);
        return output;
    }

    /** The compiled code of a source that was loaded, which ends with its source map; undefined for other files. */
    outputOf(file: string): string | undefined {
        try {
            return (
                this.compiled.get(file) ?? (this.isSource(file) ? this.compile(file, this.formatOf(file)) : undefined)
            );
        } catch {
            // It has changed since: the stack trace of another error has the lines of the compiled code.
            return undefined;
        }
    }

    /** The file that a source imports, if Node does not find it by itself. */
    resolve(request: string, parent: string): string | undefined {
        return resolveImport(request, parent, this.configuration.options);
    }
    /** The source that Node should load instead of a file that it did not find; throws the error if there is none. */
    instead(error: unknown): string {
        const file = sourceOfMissing(error);
        if (file === undefined || !this.isSource(file)) {
            throw error;
        }
        return file;
    }
}
