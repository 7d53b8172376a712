import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { onEnd } from "../../../local/toolchain/process";
import { program } from "./tests";

/** The value of an attribute in Terraform's form: blocks are lists of objects. What is not known yet is `{ $unknown: [addresses] }`. */
export type Attributes = Record<string, unknown>;

/** The attributes of the resources that exist, by address: `google_pubsub_topic.a[0]`, `data.google_project.b`. */
export type State = Record<string, Attributes>;

/** A resource or a data source of a configuration. */
export interface Instance {
    address: string;
    mode: "managed" | "data" | "ephemeral";
    /** Terraform's: `google_pubsub_topic`. */
    type: string;
    name: string;
    /** Of one of several: its number, or its key. */
    key?: number | string;
    /** As written: `google-beta`, `google.other`. */
    provider?: string;
    /** Without those that are null. */
    attributes: Attributes;
    /** The addresses that it refers to, without numbers and keys. */
    needs?: string[];
    /** Those of which the state is needed before all attributes are known, and before the resource can exist. */
    waits?: string[];
    lifecycle?: {
        /** Paths as written, or `all`. */
        ignore_changes?: string[] | string;
        create_before_destroy?: boolean;
        prevent_destroy?: boolean;
        replace_triggered_by?: string[];
        /** Whether it has conditions, which are not evaluated. */
        precondition?: true;
        postcondition?: true;
    };
    timeouts?: Record<string, string>;
    problems?: string[];
}

/** An evaluated configuration. */
export interface Plan {
    providers: { type: string; alias?: string; attributes: Attributes }[];
    /** Each after those that it refers to. */
    resources: Instance[];
    outputs?: Attributes;
    /** Errors, as Terraform reports them. */
    problems?: string[];
}

/** Attributes in the form of Terraform's state: `labels.%`, `labels.env`, `disk.#`, `disk.0.size`. */
export function flat(value: unknown, path = "", found: Record<string, string> = {}): Record<string, string> {
    const at = (key: string | number) => (path === "" ? String(key) : `${path}.${key}`);
    if (Array.isArray(value)) {
        found[at("#")] = String(value.length);
        value.map((item, index) => flat(item, at(index), found));
    } else if (typeof value === "object" && value !== null) {
        // Items of lists are blocks and not maps.
        if (path !== "" && !/\.\d+$/.test(path)) {
            found[at("%")] = String(Object.keys(value).length);
        }
        Object.entries(value).map(([key, item]) => flat(item, at(key), found));
    } else if (value !== null && value !== undefined) {
        found[path] = String(value);
    }
    return found;
}

interface Answer {
    plan?: Plan;
    importId?: string;
    error?: string;
}

/** Evaluates configurations with the libraries of Terraform's language, in a process. */
export class Evaluator {
    private readonly answers: AsyncIterator<string>;
    private readonly lines: Interface;
    /** The last request, because answers have their order. */
    private last: Promise<unknown> = Promise.resolve();

    private constructor(
        private readonly child: ChildProcessByStdio<Writable, Readable, null>,
        private readonly release: () => void,
    ) {
        this.lines = createInterface({ input: child.stdout });
        this.answers = this.lines[Symbol.asyncIterator]();
    }

    /**
     * @param from a checkout of the provider, in which the files are that configurations read
     * @param folder for what tests write
     */
    static async start(from: string, folder: string): Promise<Evaluator> {
        const { extract, variables } = await program(from, folder);
        const child = spawn(extract, ["serve", from, variables], { stdio: ["pipe", "pipe", "inherit"] });
        return new Evaluator(
            child,
            onEnd(() => child.kill()),
        );
    }

    /**
     * The resources of a configuration with what is known of them.
     *
     * @param folder in which the files are that it reads, below the checkout
     */
    async plan(config: string, state: State, folder = ""): Promise<Plan> {
        return (await this.ask({ config, state, folder })).plan as Plan;
    }

    /** The identifier with which a step of a test imports a resource, if a function says it (`importStateIdFunc`). */
    async importId(test: { file: string; name: string }, step: number, state: State): Promise<string> {
        const attributes = Object.fromEntries(Object.entries(state).map(([address, each]) => [address, flat(each)]));
        return (await this.ask({ import: { file: test.file, test: test.name, step }, state: attributes }))
            .importId as string;
    }

    async close(): Promise<void> {
        const closed = new Promise((resolve) => this.child.once("close", resolve));
        this.child.stdin.end();
        await closed;
        this.lines.close();
        this.release();
    }

    private ask(request: object): Promise<Answer> {
        const asked = this.last.then(async () => {
            this.child.stdin.write(`${JSON.stringify(request)}\n`);
            const { value, done } = await this.answers.next();
            const answer: Answer = done
                ? { error: "the process that evaluates configurations ended" }
                : JSON.parse(value);
            if (answer.error !== undefined) {
                throw new Error(answer.error);
            }
            return answer;
        });
        this.last = asked.catch(() => undefined);
        return asked;
    }
}
