import { isMap, isScalar, isSeq, type Node } from "yaml";
import * as check from "../../internal/arguments/check";
import { meant, misspelled } from "../../internal/arguments/optionNames";
import { display } from "../../internal/arguments/value";
import type { Findings } from "./findings";

/** Converts a value to a part of the arguments; undefined on an error. */
export type Converter = (value: Value) => object | undefined;

/** The keys of a mapping. */
export interface Keys {
    converters: Record<string, Converter>;
    /** Keys that must exist. */
    required?: string[];
    /** Keys without an effect. */
    ignored?: string[];
    /** Keys that affect the application and have no equivalent, with the reason and the alternative. */
    unsupported?: Record<string, string>;
}

/** The file that a value is in. */
interface ValueSource {
    readonly findings: Findings;
    /** The file and line: `app.yaml:12`. */
    place(node: Node | null): string;
    /** Resolves an alias. */
    resolved(node: Node | null): Node | null;
    /** The value without its places. */
    plain(node: Node | null): unknown;
}

/** A value of a file with its original text: `1.10` is not 1.1, and `on` may be a name. */
export class Value {
    /**
     * @param key the path in the file: `handlers.0.url`
     * @param at the node whose position errors show: the value or its key
     */
    constructor(
        private readonly source: ValueSource,
        readonly key: string,
        private readonly node: Node | null,
        private readonly at: Node | null = node,
    ) {}

    /** The file and line: `app.yaml:12`. */
    get place(): string {
        return this.source.place(this.at);
    }

    /** The place and the key, as errors show them: `app.yaml:12: handlers.0.url`. */
    get path(): string {
        return this.key ? `${this.place}: ${this.key}` : this.place;
    }

    /** The value, as errors show it. */
    get shown(): string {
        return display(this.source.plain(this.resolved));
    }

    get findings(): Findings {
        return this.source.findings;
    }

    reject(problem: check.Problem): undefined {
        this.findings.problems.push(problem);
    }

    /**
     * @param name the name of a list item
     */
    unsupported(reason: string, name?: string): undefined {
        const key = name === undefined ? this.key : this.key.replace(/\d+$/, name);
        this.findings.unsupported(this.place, key, reason);
    }

    ignore(): undefined {
        this.findings.ignore(this.place, this.key);
    }

    private get resolved(): Node | null {
        return this.source.resolved(this.node);
    }

    private get isNothing(): boolean {
        const node = this.resolved;
        return node === null || (isScalar(node) && node.value === "" && node.type === "PLAIN");
    }

    /** The text of a string, a number or a boolean; undefined for other values and for none. */
    private get scalar(): string | undefined {
        const node = this.resolved;
        return isScalar(node) && !this.isNothing ? String(node.value) : undefined;
    }

    text(): string | undefined {
        return (
            this.scalar ??
            this.reject(check.problem(this.path, "appengine/yaml-not-string", `must be a string (got ${this.shown}).`))
        );
    }

    /** Whether the value is this word. */
    is(word: string): boolean {
        const node = this.resolved;
        return isScalar(node) && node.value === word;
    }

    /** A string that may be empty. */
    anyText(): string | undefined {
        return this.isNothing ? "" : this.text();
    }

    number(): number | undefined {
        const { scalar = "" } = this;
        return /^-?\d+(\.\d+)?$/.test(scalar)
            ? Number(scalar)
            : this.reject(
                  check.problem(this.path, "appengine/yaml-not-number", `must be a number (got ${this.shown}).`),
              );
    }

    /** Reads a boolean of YAML 1.1, which App Engine's tools use. */
    flag(): boolean | undefined {
        const { scalar = "" } = this;
        const isTrue = /^(true|yes|on|y|t|1)$/i.test(scalar);
        return isTrue || /^(false|no|off|n|f|0)$/i.test(scalar)
            ? isTrue
            : this.reject(
                  check.problem(this.path, "appengine/yaml-not-boolean", `must be true or false (got ${this.shown}).`),
              );
    }

    list(): Value[] {
        const node = this.resolved;
        if (isSeq(node)) {
            return node.items.map((item, index) => this.below(String(index), item as Node));
        }
        if (!this.isNothing) {
            const reason = `must be a list (got ${this.shown}).`;
            this.reject(check.problem(this.path, "appengine/yaml-not-list", reason));
        }
        return [];
    }

    entries(): [string, Value][] {
        const node = this.resolved;
        if (isMap(node)) {
            return node.items.map(({ key, value }) => {
                const name = String(key);
                return [name, this.below(name, value as Node | null, key as Node)];
            });
        }
        if (!this.isNothing) {
            const reason = `must have keys and values (got ${this.shown}).`;
            this.reject(check.problem(this.path, "appengine/yaml-not-mapping", reason));
        }
        return [];
    }

    /** Converts a mapping to a part of the arguments. */
    read<Args>({ converters, required = [], ignored = [], unsupported = {} }: Keys): Partial<Args> {
        const knownKeys = [...Object.keys(converters), ...ignored, ...Object.keys(unsupported)];
        const all = this.entries();
        for (const name of required.filter(
            (key) => !all.some(([present, value]) => present === key && !value.isNothing),
        )) {
            const path = `${this.place}: ${this.key}.${name}`;
            this.reject(check.problem(path, "appengine/yaml-key-missing", "is missing."));
        }
        const parts = all.map(([name, value]) => {
            const reason = Object.hasOwn(unsupported, name) ? unsupported[name] : undefined;
            if (Object.hasOwn(converters, name)) {
                return value.isNothing ? undefined : converters[name]?.(value);
            }
            if (ignored.includes(name)) {
                return value.ignore();
            }
            if (reason !== undefined) {
                return value.unsupported(reason);
            }
            const key = meant(name, knownKeys) ?? misspelled(name, knownKeys);
            const text = `unknown key "${name}"${key ? `; did you mean "${key}"?` : ""}`;
            return value.reject(check.problem(value.path, "appengine/yaml-key-unknown", text));
        });
        return Object.assign({}, ...parts);
    }

    private below(name: string, node: Node | null, at: Node | null = node): Value {
        return new Value(this.source, this.key ? `${this.key}.${name}` : name, node, at);
    }
}
