import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { SampleCalls } from "./iam/sampleCalls";
import type { LongestNames } from "./lengthened";
// Programs use it, and are loaded by tests, which cannot define its hooks.
import "./folders";

/** What Google Cloud answers, by the names of functions. */
export type Answers = Record<string, (inputs: Record<string, unknown>) => object>;

/** What a `*.program.ts` exports: all that tests of all components must know of a component, or of some together. */
interface Program {
    /**
     * What they are created with.
     * @param folder the source of a function
     */
    program(folder: string): void;
    /**
     * What they are created with in addition, with arguments that `program` has not.
     * @param given what the program of {@link more} has
     */
    more?(given: never, folder: string): void;
    /** What exists already. */
    existing?(): void;
    /** What Google Cloud answers about it. */
    answers?: Answers;
    sampleCalls?: SampleCalls;
    longestNames?: LongestNames;
    /** Why the same is registered without an option, such as `Secret.version`. */
    sameWithout?: Record<string, string>;
    /** Arguments whose names the table of spellings replaces, such as `StorageBucket.location`: why. */
    otherNames?: Record<string, string>;
    /** Arguments that take any keys and values, such as `VertexPipeline.parameters`: why. */
    documents?: Record<string, string>;
    /** Why the secrets of a component are not in the program of `extended/secrets`. */
    secretsElsewhere?: Record<string, string>;
}

const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".program.ts"))
    .sort();

const load = (file: string) => require(join(__dirname, file)) as Program;

/** The programs in the folders of this one by their paths, such as `pubsub/topic`, in a stable order. */
export const componentPrograms = Object.fromEntries(
    files.map((file): [string, Program["program"]] => [
        file.replace(/\.program\.ts$/, "").replaceAll("\\", "/"),
        (folder) => load(file).program(folder),
    ]),
);

/** What programs have in addition to {@link everything}. */
export function more(given: object, folder: string): void {
    for (const file of files) {
        load(file).more?.(given as never, folder);
    }
}

/** The components that exist already, of all programs. */
export function existing(): void {
    for (const file of files) {
        load(file).existing?.();
    }
}

/** The tables of this name of all components, as one. */
export function collected<Key extends Exclude<keyof Program, "program" | "more" | "existing">>(
    key: Key,
): NonNullable<Program[Key]> {
    const rows = files.flatMap((file) => Object.entries(load(file)[key] ?? {}));
    const twice = rows.filter(([name], index) => rows.findIndex(([other]) => other === name) !== index);
    if (twice.length > 0) {
        throw new Error(`${key} of two components: ${twice.map(([name]) => name).join(", ")}`);
    }
    return Object.fromEntries(rows) as NonNullable<Program[Key]>;
}

/** A program with all components, options and combinations: the programs of all components, one after the other. */
export function everything(folder: string): void {
    for (const program of Object.values(componentPrograms)) {
        program(folder);
    }
}
