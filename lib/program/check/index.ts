import { realpathSync } from "node:fs";
import type { Configuration } from "./configuration";
import { inputsOf } from "./inputs";
import { Result } from "./result";

/** A program that Pulumi runs. */
export interface Program {
    /** The file that Pulumi loads, or another source of the program. */
    entry: string;
    /** The folder in which it runs. */
    folder: string;
    /** Whether nothing is changed: `--dry-run`. */
    isPreview: boolean;
}

/**
 * Checks the types of a program before it starts: the types of a file and of what it imports, with the options of its `tsconfig.json`. A
 * result without errors is cached until a file that was read, or a path that was looked up, changes.
 *
 * A preview starts immediately, and fails at its end: its process does not end before the compiler, which runs in parallel. Otherwise the
 * program starts after the check, so that no resource is created before an error is reported. Sources that are loaded without being
 * imported, such as with `require`, are checked by calling this when they are loaded.
 *
 * As with Pulumi, nothing is checked with `PULUMI_NODEJS_TRANSPILE_ONLY=true`, or the compiler option `noCheck`.
 *
 * @throws TSError if types are wrong, unless it is a preview
 */
export const typeCheck = (program: Program): void => checks.run(program);

/** The checks of a process. */
export class Checks {
    /** The sources that were checked, or that have not changed since they were. */
    private readonly checked = new Set<string>();
    /** What a preview is checking, and what it checks then. */
    private readonly pending: Program[] = [];

    /** See {@link typeCheck}. */
    run(program: Program): void {
        if (process.env.PULUMI_NODEJS_TRANSPILE_ONLY === "true" || this.checked.has(program.entry)) {
            return;
        }
        if (this.pending.length > 0) {
            this.pending.push(program);
            return;
        }
        const result = new Result(program.entry, program.folder);
        const files = result.current();
        if (files) {
            this.add(files);
        } else {
            this.start(program, result);
        }
    }

    private start(program: Program, result: Result): void {
        const { entry, folder, isPreview } = program;
        // Programs that have not changed do not need these.
        const { beside, blocking, compile }: typeof import("./compile") = require("./compile");
        const { readConfiguration }: typeof import("./configuration") = require("./configuration");
        let configuration: Configuration;
        try {
            configuration = readConfiguration(folder);
        } catch (error) {
            throw new TSError([(error as Error).message]);
        }
        if (configuration.options.noCheck === true && !process.env.PULUMI_NODEJS_TRANSPILE_ONLY) {
            return;
        }
        if (isPreview) {
            this.pending.push(program);
            process.once("exit", this.atExit);
            process.on("uncaughtExceptionMonitor", addPrinted).on("unhandledRejection", addPrinted);
        }
        compile([entry], folder, configuration, isPreview ? beside : blocking, ({ errors, files, lookups }) => {
            process.off("exit", this.atExit);
            const [, ...others] = this.pending.splice(0);
            if (errors.length > 0) {
                report(errors, isPreview);
                return;
            }
            process.off("uncaughtExceptionMonitor", addPrinted).off("unhandledRejection", addPrinted);
            result.record(inputsOf(files, [...lookups, ...configuration.lookups], configuration.typeRoots));
            this.add(files);
            for (const other of others) {
                this.run(other);
            }
        });
    }

    /** Checks at the end of a process that did not wait, because the program called `process.exit`. */
    private readonly atExit = (code: number): void => {
        const programs = this.pending.splice(0);
        if (code !== 0) {
            return;
        }
        try {
            for (const program of programs) {
                this.run({ ...program, isPreview: false });
            }
        } catch (error) {
            console.error((error as Error).message);
            process.exitCode = 1;
        }
    };

    /** Adds sources, also by the paths that links lead to, by which Node loads them. */
    private add(files: Iterable<string>): void {
        for (const file of files) {
            if (/(?<!\.d)\.[cm]?ts$|\.(tsx|[cm]?jsx?)$/.test(file)) {
                this.checked.add(file).add(realpathSync(file));
            }
        }
    }
}

const checks = new Checks();

/** The errors of a program. Pulumi prints errors of this name without a stack, like errors of ts-node. */
class TSError extends Error {
    override readonly name = "TSError";

    constructor(lines: string[]) {
        super(`⨯ Unable to compile TypeScript:\n${lines.join("\n")}\n`);
        this.stack = `TSError: ${this.message}`;
    }
}

/** The lines of errors that ended the program, which Pulumi prints. */
const printed = new Set<string>();

function addPrinted(error: unknown): void {
    for (const line of String(Object(error).message).split("\n")) {
        printed.add(line);
    }
}

/**
 * Fails with errors. A preview fails at its end: by then Pulumi reports uncaught errors to the engine, and has printed those errors of syntax
 * with which the program did not load, unless it caught them.
 */
function report(errors: string[], isPreview: boolean): void {
    if (!isPreview) {
        throw new TSError(errors);
    }
    const left = () => errors.filter((line) => !printed.has(line));
    process.once("beforeExit", () => {
        if (left().length > 0) {
            throw new TSError(left());
        }
    });
    process.once("exit", () => {
        if (left().length > 0) {
            console.error(new TSError(left()).message);
            process.exitCode ||= 1;
        }
    });
}
