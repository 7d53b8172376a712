import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Inputs } from "../../../../simulator";
import { pythonWith } from "../../../../toolchain/python";
import { HttpError } from "../../../emulator/http";
import type { Column, Row } from "../values";

/** What a statement names: tables as `project.dataset.table`. */
export interface References {
    statement: string;
    reads: { table: string; maybePath: boolean }[];
    functions: string[];
    /** The table that it changes. */
    target: string | null;
    /** Whether it reads the table that it changes, too. */
    isReadToo: boolean;
}

/** A table as the engine takes it: its columns, or the query of a view. */
export interface Source {
    columns?: Column[];
    view?: string;
    /** The column of which queries must have a filter. */
    partition?: string;
    /** Columns that are not filled here. */
    missing?: string[];
}

export interface Statement {
    sql: string;
    /** The project of names without one. */
    project: string;
    /** `project.dataset` of names without a dataset. */
    dataset?: string;
    tables: Record<string, Source>;
    rows: Record<string, Row[]>;
    routines: Record<string, Inputs>;
    parameters: Inputs[];
    dryRun: boolean;
}

/** What a statement did: the rows of a query, or the changes of a table, which are not written yet. */
export interface Outcome {
    statement: string;
    bytes: number;
    columns?: Column[];
    rows?: Row[];
    added?: Row[];
    target?: string;
    counts?: { inserted?: number; updated?: number; deleted?: number };
    view?: string;
    replace?: boolean;
    ifNotExists?: boolean;
    ifExists?: boolean;
    partition?: { field: string; type: string };
    clustering?: string[];
}

const folder = join(__dirname, "engine");

/** A process that translates queries and runs them: `engine/__main__.py`. It is started for the first query. */
export class QueryEngine {
    private process?: Promise<ChildProcess>;
    private readonly waiting = new Map<number, { resolve(answer: Inputs): void; reject(error: Error): void }>();
    private count = 0;

    constructor(
        private readonly report: (line: string) => void,
        private readonly started: (pid: number | undefined) => void,
    ) {}

    references(request: Pick<Statement, "sql" | "project" | "dataset">): Promise<References> {
        return this.ask({ kind: "references", ...request }) as Promise<never>;
    }

    run(statement: Statement): Promise<Outcome> {
        return this.ask({ kind: "run", ...statement }) as Promise<never>;
    }

    async close(): Promise<void> {
        const child = await this.process?.catch(() => undefined);
        child?.kill("SIGKILL");
    }

    private async ask(request: object): Promise<Inputs> {
        this.process ??= this.start();
        const child = await this.process.catch((error) => {
            this.process = undefined;
            throw new HttpError(503, "backendError", `Queries of BigQuery need Python packages: ${error.message}`);
        });
        this.count += 1;
        const id = this.count;
        const answer = await new Promise<Inputs>((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`);
        });
        if (answer.error) {
            const { reason, message } = answer.error;
            throw new HttpError(reason === "notFound" ? 404 : reason === "notImplemented" ? 501 : 400, reason, message);
        }
        return answer;
    }

    private async start(): Promise<ChildProcess> {
        this.report("BigQuery: installing what runs queries (about 60 MB), unless it is cached");
        const python = await pythonWith(folder);
        const { PATH = "", SystemRoot } = process.env;
        const child = spawn(python, ["-m", "engine"], {
            cwd: __dirname,
            env: { PATH, ...(SystemRoot && { SystemRoot }), PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
            stdio: ["pipe", "pipe", "inherit"],
            windowsHide: true,
        });
        this.started(child.pid);
        createInterface({ input: child.stdout }).on("line", (line) => {
            const { id, ...answer } = JSON.parse(line);
            this.waiting.get(id)?.resolve(answer);
            this.waiting.delete(id);
        });
        // A write to a process that ended is told by the end.
        child.stdin.on("error", () => undefined);
        child.on("close", () => {
            this.process = undefined;
            for (const { reject } of this.waiting.values()) {
                reject(new HttpError(503, "backendError", "The process that runs queries has ended: try again."));
            }
            this.waiting.clear();
        });
        return child;
    }
}
