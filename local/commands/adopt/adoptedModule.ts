import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import type { Project } from "../../../lib/project";

/** How the program takes a resource over: it is imported, or it is the same one of the stack under another name. */
export type Way = "import" | "aliases";

/** What is taken over: IDs or URNs, by type and name of the program's resource, such as `gcp:pubsub/topic:Topic orders`. */
export type Table = Record<string, string>;

const header = "Written by 'slipway adopt'.";

/** The module of a program that takes existing resources over, and the line of the main file that loads it. */
export class AdoptedModule {
    private readonly file: string;
    private readonly isModule: boolean;
    private readonly isTyped: boolean;
    private readonly before: ReadonlyMap<string, string | undefined>;

    constructor(
        private readonly folder: string,
        private readonly main: string,
        private readonly way: Way,
    ) {
        const extension = extname(main);
        this.file = join(dirname(main), `adopted${extension}`);
        this.isTyped = /ts$/.test(extension);
        this.isModule = extension.startsWith(".m") || (!extension.startsWith(".c") && hasModules(dirname(main)));
        const texts = [main, this.file].map(
            (file) => [file, existsSync(file) ? readFileSync(file, "utf8") : undefined] as const,
        );
        this.before = new Map(texts);
        const own = this.before.get(this.file);
        if (own !== undefined && !own.includes(header)) {
            throw new Error(
                `${this.path} exists, and 'slipway adopt' has not written it, which needs a file of this name. Rename it, and the imports of it.`,
            );
        }
    }

    /** The module of a program, next to its main file. */
    static of({ program, folder }: Project, way: Way): AdoptedModule {
        return new AdoptedModule(folder, mainFile(program), way);
    }

    /** The path of the module, relative to the folder of the program. */
    get path(): string {
        return relative(this.folder, this.file);
    }

    get mainPath(): string {
        return relative(this.folder, this.main);
    }

    /** The line of the main file. */
    get line(): string {
        const name = basename(this.file, extname(this.file));
        const loaded = this.isModule ? `./${name}${extname(this.file).replace("ts", "js")}` : `./${name}`;
        return this.isTyped || this.isModule ? `import "${loaded}";` : `require("${loaded}");`;
    }

    /** Writes the module, and loads it before everything else of the program. An empty table leaves nothing of both. */
    write(table: Table): void {
        const text = this.before.get(this.main) ?? "";
        const without = text.replace(`${this.line}\n`, "");
        if (Object.keys(table).length === 0) {
            rmSync(this.file, { force: true });
            writeIfOther(this.main, without);
            return;
        }
        writeFileSync(this.file, this.text(table));
        // Both must be the first line to have an effect.
        const [start = ""] = /^(#!.*\n)?(["']use strict["'];?\n)?/.exec(without) ?? [];
        writeIfOther(this.main, `${start}${this.line}\n${without.slice(start.length)}`);
    }

    /** The files as they were before. */
    restore(): void {
        for (const [file, text] of this.before) {
            if (text === undefined) {
                rmSync(file, { force: true });
            } else {
                writeIfOther(file, text);
            }
        }
    }

    private text(table: Table): string {
        const rows = Object.entries(table).map(
            ([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
        );
        const [what, option] =
            this.way === "import"
                ? ["The IDs of existing resources", "import: existing"]
                : ["The URNs of resources of the stack", "aliases: [...(opts.aliases ?? []), existing]"];
        const isScript = !this.isTyped && !this.isModule;
        return `// ${header} The next 'pulumi up' takes these resources over; then delete this file, and the line that loads it.
${isScript ? 'const pulumi = require("@pulumi/pulumi");' : 'import * as pulumi from "@pulumi/pulumi";'}

/** ${what}, by type and name in this program. */
const adopted${this.isTyped ? ": { [resource: string]: string | undefined }" : ""} = {
${rows.join("\n")}
};

pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const existing = adopted[\`\${type} \${name}\`];
    return existing === undefined ? undefined : { props, opts: { ...opts, ${option} } };
});
`;
    }
}

function writeIfOther(file: string, text: string): void {
    if (readFileSync(file, "utf8") !== text) {
        writeFileSync(file, text);
    }
}

/** The main file: `main` of `Pulumi.yaml` or of `package.json`, or else `index`. */
function mainFile(program: string): string {
    const own = packageIn(program)?.main;
    const names = ["index.ts", "index.js", "index.mts", "index.mjs", "index.cts", "index.cjs"];
    const candidates = [
        program,
        ...[own, ...names].flatMap((name) => (name === undefined ? [] : [join(program, name)])),
    ];
    const found = candidates.find((file) => /\.[cm]?[jt]s$/.test(file) && existsSync(file));
    if (found === undefined) {
        throw new Error(
            `no main file of a TypeScript or JavaScript program in ${program}: 'main' in Pulumi.yaml or package.json names it, or it is index.ts.`,
        );
    }
    return found;
}

function packageIn(folder: string): { main?: string; type?: string } | undefined {
    const file = join(folder, "package.json");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Whether files of a folder are ES modules, by the nearest `package.json`. */
function hasModules(folder: string): boolean {
    const own = packageIn(folder);
    const above = dirname(folder);
    return own === undefined && above !== folder ? hasModules(above) : own?.type === "module";
}
