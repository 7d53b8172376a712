import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { display } from "../../internal/value";
import { type Findings, nearest } from "./findings";
import type { Source } from "./source";

/** What becomes of a key: a part of the arguments, or nothing where something is wrong. */
export type Carried = (value: Value) => object | undefined;

/** What a mapping may have, and what becomes of it. */
export interface Keys {
    carried: Record<string, Carried>;
    /** What must be there. */
    required?: string[];
    /** What has no effect any more. */
    left?: string[];
    /** What changes what the application does, and cannot be done here: why, and what to do. */
    lost?: Record<string, string>;
}

/** A value in a file, which is as it is written: `1.10` is not 1.1, and `on` may be a name. */
export class Value {
    /**
     * @param key where it is in the file: `handlers.0.url`
     * @param at where it begins, or its key
     */
    constructor(
        private readonly source: Source,
        readonly key: string,
        private readonly node: Node | null,
        private readonly at: Node | null = node,
    ) {}

    /** `app.yaml:12` */
    get place(): string {
        return this.source.place(this.at);
    }

    get findings(): Findings {
        return this.source.findings;
    }

    wrong(reason: string): undefined {
        this.findings.wrong(this.place, this.key, `${reason} (got ${display(this.plain())}).`);
    }

    /** @param name what is lost, where it is an item of a list that has a name */
    lost(reason: string, name?: string): undefined {
        const key = name === undefined ? this.key : this.key.replace(/\d+$/, name);
        this.findings.lost(this.place, key, reason);
    }

    leave(): undefined {
        this.findings.leave(this.place, this.key);
    }

    private get resolved(): Node | null {
        return this.source.resolved(this.node);
    }

    private get isNothing(): boolean {
        const node = this.resolved;
        return node === null || (isScalar(node) && node.value === "" && node.type === "PLAIN");
    }

    /** The value as JavaScript has it, with all scalars as texts. */
    private plain(): unknown {
        return this.source.plain(this.resolved);
    }

    text(): string | undefined {
        const node = this.resolved;
        return isScalar(node) && !this.isNothing ? String(node.value) : this.wrong("must be a text");
    }

    /** Whether it is this word. */
    is(word: string): boolean {
        const node = this.resolved;
        return isScalar(node) && node.value === word;
    }

    /** A text that may be empty. */
    anyText(): string | undefined {
        return this.isNothing ? "" : this.text();
    }

    number(): number | undefined {
        const text = this.text();
        const isNumber = text !== undefined && /^-?\d+(\.\d+)?$/.test(text);
        return text === undefined || isNumber
            ? text === undefined
                ? text
                : Number(text)
            : this.wrong("must be a number");
    }

    /** In the words of YAML 1.1, which App Engine's tools read. */
    flag(): boolean | undefined {
        const text = this.text();
        const isTrue = text !== undefined && /^(true|yes|on|y|t|1)$/i.test(text);
        const isFalse = text !== undefined && /^(false|no|off|n|f|0)$/i.test(text);
        return text === undefined || isTrue || isFalse
            ? text === undefined
                ? text
                : isTrue
            : this.wrong("must be true or false");
    }

    list(): Value[] {
        const node = this.resolved;
        if (isSeq(node)) {
            return node.items.map((item, index) => this.below(String(index), item as Node));
        }
        if (!this.isNothing) {
            this.wrong("must be a list");
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
            this.wrong("must have keys and values");
        }
        return [];
    }

    /** The parts of the arguments that the keys of a mapping become, together. */
    read<Args>({ carried, required = [], left = [], lost = {} }: Keys): Partial<Args> {
        const known = [...Object.keys(carried), ...left, ...Object.keys(lost)];
        const all = this.entries();
        for (const name of required.filter((key) => !all.some(([given, value]) => given === key && !value.isNothing))) {
            this.findings.wrong(this.place, `${this.key}.${name}`, "is missing.");
        }
        const parts = all.map(([name, value]) => {
            const reason = Object.hasOwn(lost, name) ? lost[name] : undefined;
            if (Object.hasOwn(carried, name)) {
                return value.isNothing ? undefined : carried[name]?.(value);
            }
            if (left.includes(name)) {
                return value.leave();
            }
            return reason === undefined
                ? this.findings.wrong(value.place, value.key, nearest("key", name, known))
                : value.lost(reason);
        });
        return Object.assign({}, ...parts);
    }

    private below(name: string, node: Node | null, at: Node | null = node): Value {
        return new Value(this.source, this.key ? `${this.key}.${name}` : name, node, isAlias(at) ? node : at);
    }
}
