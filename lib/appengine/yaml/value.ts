import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { display } from "../../internal/value";
import { type Findings, nearest } from "./findings";

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

    get findings(): Findings {
        return this.source.findings;
    }

    reject(reason: string): undefined {
        this.findings.reject(this.place, this.key, `${reason} (got ${display(this.plain())}).`);
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

    /** The value in JavaScript, with all scalars as strings. */
    private plain(): unknown {
        return this.source.plain(this.resolved);
    }

    /** The text of a string, a number or a boolean; undefined for other values and for none. */
    private get scalar(): string | undefined {
        const node = this.resolved;
        return isScalar(node) && !this.isNothing ? String(node.value) : undefined;
    }

    text(): string | undefined {
        return this.scalar ?? this.reject("must be a string");
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
        return /^-?\d+(\.\d+)?$/.test(scalar) ? Number(scalar) : this.reject("must be a number");
    }

    /** Reads a boolean of YAML 1.1, which App Engine's tools use. */
    flag(): boolean | undefined {
        const { scalar = "" } = this;
        const isTrue = /^(true|yes|on|y|t|1)$/i.test(scalar);
        return isTrue || /^(false|no|off|n|f|0)$/i.test(scalar) ? isTrue : this.reject("must be true or false");
    }

    list(): Value[] {
        const node = this.resolved;
        if (isSeq(node)) {
            return node.items.map((item, index) => this.below(String(index), item as Node));
        }
        if (!this.isNothing) {
            this.reject("must be a list");
        }
        return [];
    }

    entries(): [string, Value][] {
        const node = this.resolved;
        if (isMap(node)) {
            return node.items.map(({ key, value }) => {
                const name = String(isScalar(key) ? key.value : key);
                return [name, this.below(name, value as Node | null, key as Node)];
            });
        }
        if (!this.isNothing) {
            this.reject("must have keys and values");
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
            this.findings.reject(this.place, `${this.key}.${name}`, "is missing.");
        }
        const parts = all.map(([name, value]) => {
            const reason = Object.hasOwn(unsupported, name) ? unsupported[name] : undefined;
            if (Object.hasOwn(converters, name)) {
                return value.isNothing ? undefined : converters[name]?.(value);
            }
            if (ignored.includes(name)) {
                return value.ignore();
            }
            return reason === undefined
                ? this.findings.reject(value.place, value.key, nearest("key", name, knownKeys))
                : value.unsupported(reason);
        });
        return Object.assign({}, ...parts);
    }

    private below(name: string, node: Node | null, at: Node | null = node): Value {
        return new Value(this.source, this.key ? `${this.key}.${name}` : name, node, isAlias(at) ? node : at);
    }
}
