import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the installed `@pulumi/gcp` tells of a resource type. */
export interface InstalledType {
    inputs: Set<string>;
    required: string[];
    /** Outputs that the program never gives. */
    outputs: string[];
    /** Inputs that the server fills in when the program leaves them out. */
    computed: string[];
    /** The TypeScript type of each property's value, as it is declared. */
    declared: Record<string, string>;
}

/**
 * Reads types from the `@pulumi/gcp` that a program uses. Its generated code names every input, every required one and
 * every output; its declarations tell which inputs always have a value in the end.
 */
export class InstalledProvider {
    readonly version: string;
    private outputs?: string;
    private readonly types = new Map<string, InstalledType | undefined>();

    /**
     * @param program the folder of the program, from which the package is resolved as Node does
     * @param folder where the package is, if that is known: Node remembers for as long as a process runs what it resolved
     */
    constructor(
        program: string,
        readonly folder = dirname(found(program)),
    ) {
        this.version = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
    }

    /** The type behind a token such as `gcp:pubsub/topic:Topic`; nothing when the package does not have it. */
    type(token: string): InstalledType | undefined {
        if (!this.types.has(token)) {
            this.types.set(token, this.parse(token));
        }
        return this.types.get(token);
    }

    /** The types of the properties of a block, such as `pubsub.TopicSchemaSettings`, as outputs. */
    block(reference: string): Record<string, string> | undefined {
        this.outputs ??= readFileSync(join(this.folder, "types", "output.d.ts"), "utf8");
        const [name, ...modules] = reference.split(".").reverse();
        const start = this.outputs.indexOf(`\nexport declare namespace ${modules.reverse().join(".")} {\n`);
        const from = this.outputs.indexOf(`\n    interface ${name} {\n`, start);
        if (start < 0 || from < 0) {
            return undefined;
        }
        const text = this.outputs.slice(from, this.outputs.indexOf("\n    }\n", from));
        const properties = [...text.matchAll(/^ {8}(\w+)\??: ([\s\S]*?);$/gm)];
        return Object.fromEntries(properties.map(([, property, type]) => [property, type]));
    }

    private parse(token: string): InstalledType | undefined {
        const [, module = "", file = ""] = /^gcp:([\w/]+)\/(\w+):\w+$/.exec(token) ?? [];
        const path = this.fileOf(module, file);
        if (path === undefined) {
            return undefined;
        }
        const code = readFileSync(`${path}.js`, "utf8");
        if (!code.includes(`__pulumiType = '${token}'`)) {
            return undefined;
        }
        const declaration = readFileSync(`${path}.d.ts`, "utf8");
        const names = (pattern: RegExp) => [...code.matchAll(pattern)].map((match) => match[1] as string);
        const inputs = names(/resourceInputs\["(\w+)"\] = .*\bargs\b/g);
        const required = names(/Missing required property '(\w+)'/g);
        const declared: Record<string, string> = Object.fromEntries(
            [...declaration.matchAll(/^ {4}readonly (\w+): pulumi\.Output<([\s\S]*?)>;$/gm)].map(([, name, type]) => [
                name,
                type,
            ]),
        );
        return {
            inputs: new Set(inputs),
            required,
            outputs: names(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g),
            computed: inputs.filter(
                (name) => !/undefined$/.test(declared[name] ?? "undefined") && !required.includes(name),
            ),
            declared,
        };
    }

    /** A file is named as the token has it, but for capitals: `iAMMember` is in `iammember.js`, and `index` in `index_.js`. */
    private fileOf(module: string, file: string): string | undefined {
        const folder = join(this.folder, module);
        if (module === "" || !existsSync(folder)) {
            return undefined;
        }
        const wanted = `${file === "index" ? "index_" : file}.js`.toLowerCase();
        const found = readdirSync(folder).find((name) => name.toLowerCase() === wanted);
        return found && join(folder, found.replace(/\.js$/, ""));
    }
}

/** Where the program's own `@pulumi/gcp` lies. */
function found(program: string): string {
    try {
        return createRequire(join(existsSync(program) ? realpathSync(program) : program, "index.js")).resolve(
            "@pulumi/gcp/package.json",
        );
    } catch (error) {
        throw new Error(`${program} has no @pulumi/gcp: run 'npm install @pulumi/gcp' there.`, { cause: error });
    }
}
