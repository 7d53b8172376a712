import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A resource type in the installed `@pulumi/gcp`. */
export interface InstalledType {
    inputs: Set<string>;
    required: string[];
    /** Outputs that are not inputs. */
    outputs: string[];
    /** Inputs that the server sets by default. */
    computed: string[];
    /** The declared TypeScript types of properties. */
    declared: Record<string, string>;
}

/**
 * Reads types from the program's `@pulumi/gcp`: the generated code contains inputs, required inputs and outputs, and
 * the declarations show which inputs always have a value.
 */
export class InstalledProvider {
    readonly version: string;
    /** The declarations of all blocks: seven megabytes, which as a string would be fourteen. */
    private outputs?: Buffer;
    private readonly types = new Map<string, InstalledType | undefined>();

    /**
     * @param program the folder of the program, from which Node resolves the package
     * @param folder the folder of the package, if known, because Node caches resolutions
     */
    constructor(
        program: string,
        readonly folder = dirname(found(program)),
    ) {
        this.version = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
    }

    /** The type of a token such as `gcp:pubsub/topic:Topic`; undefined if the package does not contain it. */
    type(token: string): InstalledType | undefined {
        if (!this.types.has(token)) {
            this.types.set(token, this.parse(token));
        }
        return this.types.get(token);
    }

    /** The property types of a block such as `pubsub.TopicSchemaSettings`, as outputs. */
    block(reference: string): Record<string, string> | undefined {
        this.outputs ??= readFileSync(join(this.folder, "types", "output.d.ts"));
        const [name, ...modules] = reference.split(".").reverse();
        const start = this.outputs.indexOf(`\nexport declare namespace ${modules.reverse().join(".")} {\n`);
        const from = this.outputs.indexOf(`\n    interface ${name} {\n`, start);
        if (start < 0 || from < 0) {
            return undefined;
        }
        const text = this.outputs.toString("utf8", from, this.outputs.indexOf("\n    }\n", from));
        const properties = [...text.matchAll(/^ {8}(\w+)\??: ([\s\S]*?);$/gm)];
        return Object.fromEntries(properties.map(([, property, type]) => [property, type]));
    }

    /** Releases memory until the next command. */
    release(): void {
        this.outputs = undefined;
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
        const { inputs: all, ...type } = copied({
            inputs,
            required,
            outputs: names(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g),
            computed: inputs.filter(
                (name) => !/undefined$/.test(declared[name] ?? "undefined") && !required.includes(name),
            ),
            declared,
        });
        return { ...type, inputs: new Set(all) };
    }

    /** File names are lowercase tokens: `iAMMember` is in `iammember.js`, and `index` in `index_.js`. */
    private fileOf(module: string, file: string): string | undefined {
        const folder = join(this.folder, module);
        if (module === "" || !existsSync(folder)) {
            return undefined;
        }
        const desired = `${file === "index" ? "index_" : file}.js`.toLowerCase();
        const found = readdirSync(folder).find((name) => name.toLowerCase() === desired);
        return found && join(folder, found.replace(/\.js$/, ""));
    }
}

/** Copies strings, as parts of a text keep the whole text in memory. */
const copied = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

/** The folder of the program's `@pulumi/gcp`. */
function found(program: string): string {
    try {
        return createRequire(join(existsSync(program) ? realpathSync(program) : program, "index.js")).resolve(
            "@pulumi/gcp/package.json",
        );
    } catch (error) {
        throw new Error(`${program} has no @pulumi/gcp: run 'npm install @pulumi/gcp' there.`, { cause: error });
    }
}
