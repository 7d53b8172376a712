/** A message of a Protocol Buffers file. */
export interface ProtoMessage {
    name: string;
    fields: ProtoField[];
    messages: ProtoMessage[];
    enums: string[];
    outer?: ProtoMessage;
}

export interface ProtoField {
    name: string;
    type: string;
    isRepeated: boolean;
    /** Of a map, the type of its keys. */
    key?: string;
    /** The `oneof` that it is in. */
    oneof?: string;
    line: number;
}

/** Where a text is no Protocol Buffers file, or none that Pub/Sub takes. */
export class ProtoFault extends Error {}

export const scalars = [
    ...["double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64"],
    ...["sfixed32", "sfixed64", "bool", "string", "bytes"],
];

interface Token {
    text: string;
    line: number;
    column: number;
}

const token = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w.]+|[^\s\w]/g;

function tokensOf(text: string): Token[] {
    let line = 1;
    let start = 0;
    return [...text.matchAll(token)].flatMap(({ 0: part, index }) => {
        const at = { text: part, line, column: index - start + 1 };
        for (let end = part.indexOf("\n"); end >= 0; end = part.indexOf("\n", end + 1)) {
            line++;
            start = index + end + 1;
        }
        return /^(\s|\/\/|\/\*)/.test(part) ? [] : [at];
    });
}

/** The one message of a file, as Pub/Sub wants it ("Schema overview": one top-level type, no imports). */
export function readProtobuf(text: string): ProtoMessage {
    return new Parser(tokensOf(text)).file();
}

class Parser {
    private next = 0;
    /** Whether every field says how often it comes, as in a file that does not name its syntax. */
    private isProto2 = true;

    constructor(private readonly tokens: Token[]) {}

    file(): ProtoMessage {
        const messages: ProtoMessage[] = [];
        while (this.current) {
            if (this.is("syntax") || this.is("edition")) {
                this.isProto2 = this.tokens[this.next + 2]?.text.slice(1, -1) === "proto2";
                this.skipTo(";");
            } else if (this.take("package") || this.take("option")) {
                this.skipTo(";");
            } else if (messages.length === 0 && this.take("message")) {
                messages.push(this.message());
            } else if (!this.take(";")) {
                this.fail(messages.length > 0 ? "nothing but one message" : "a message, and no import");
            }
        }
        const [message] = messages;
        if (!message) {
            throw this.fail("a message");
        }
        this.resolve(message);
        return message;
    }

    private message(outer?: ProtoMessage): ProtoMessage {
        const message: ProtoMessage = { name: this.name(), fields: [], messages: [], enums: [], outer };
        const numbers = new Set<number>();
        this.need("{");
        while (!this.take("}")) {
            this.member(message, numbers);
        }
        return message;
    }

    private member(message: ProtoMessage, numbers: Set<number>): void {
        if (this.is("message", /^\w+$/)) {
            this.next++;
            message.messages.push(this.message(message));
        } else if (this.is("enum", /^\w+$/)) {
            this.next++;
            message.enums.push(this.enumeration());
        } else if (this.is("oneof", /^\w+$/)) {
            this.next++;
            this.oneof(message, numbers);
        } else if (this.is("reserved") || this.is("extensions") || this.is("option")) {
            this.skipTo(";");
        } else if (!this.take(";")) {
            this.field(message, numbers);
        }
    }

    private oneof(message: ProtoMessage, numbers: Set<number>): void {
        const name = this.name();
        this.need("{");
        while (!this.take("}")) {
            if (this.is("option")) {
                this.skipTo(";");
            } else {
                this.field(message, numbers, name);
            }
        }
    }

    private field(message: ProtoMessage, numbers: Set<number>, oneof?: string): void {
        const line = this.current?.line ?? 0;
        const isRepeated = this.take("repeated");
        const isLabelled = isRepeated || this.take("optional") || this.take("required");
        if (this.isProto2 && !isLabelled && oneof === undefined && !this.is("map", /^<$/)) {
            this.fail('optional, required or repeated, as syntax = "proto3" is not said');
        }
        const key = this.is("map", /^<$/) ? this.mapKey() : undefined;
        const type = this.match(/^\.?[A-Za-z_][\w.]*$/, "a type");
        if (key) {
            this.need(">");
        }
        if (message.fields.some(({ name }) => name === this.current?.text)) {
            this.fail("a name that no other field has");
        }
        message.fields.push({ name: this.name(), type, isRepeated, key, oneof, line });
        this.need("=");
        this.number(numbers);
        if (this.take("[")) {
            this.skipTo("]");
        }
        this.need(";");
    }

    private mapKey(): string {
        this.next++;
        this.need("<");
        const key = this.match(
            /^(u?int|s?int|s?fixed)(32|64)$|^bool$|^string$/,
            "a type of keys: a whole number, bool or string",
        );
        this.need(",");
        return key;
    }

    /** "Language guide": from 1 to 536,870,911, but for those of the implementation. */
    private number(numbers: Set<number>): void {
        const number = Number(this.current?.text);
        const isAllowed = Number.isInteger(number) && number >= 1 && number < 2 ** 29;
        if (!isAllowed || (number >= 19_000 && number < 20_000)) {
            this.fail("a field's number from 1 to 536870911, and none from 19000 to 19999");
        }
        if (numbers.has(number)) {
            this.fail("a number that no other field has");
        }
        numbers.add(number);
        this.next++;
    }

    private enumeration(): string {
        const name = this.name();
        this.need("{");
        this.skipTo("}");
        return name;
    }

    /** Refuses fields of a type that there is not. */
    private resolve(message: ProtoMessage): void {
        for (const { type, line } of message.fields) {
            if (!scalars.includes(type) && !typeNamed(type, message)) {
                throw new ProtoFault(`line ${line} must have a type that the file has, not ${type}`);
            }
        }
        message.messages.map((each) => this.resolve(each));
    }

    private get current(): Token | undefined {
        return this.tokens[this.next];
    }

    private is(text: string, then?: RegExp): boolean {
        const following = this.tokens[this.next + 1]?.text ?? "";
        return this.current?.text === text && (then?.test(following) ?? true);
    }

    private take(text: string): boolean {
        const isThere = this.is(text);
        this.next += isThere ? 1 : 0;
        return isThere;
    }

    private need(text: string): void {
        if (!this.take(text)) {
            this.fail(text);
        }
    }

    private name(): string {
        return this.match(/^[A-Za-z_]\w*$/, "a name");
    }

    private match(pattern: RegExp, expected: string): string {
        const { text } = this.current ?? { text: "" };
        if (!pattern.test(text)) {
            this.fail(expected);
        }
        this.next++;
        return text;
    }

    private skipTo(end: string): void {
        while (!this.take(end)) {
            if (!this.current) {
                this.fail(end);
            }
            this.next++;
        }
    }

    private fail(expected: string): never {
        const last = this.tokens.at(-1) ?? { text: "", line: 1, column: 1 };
        const { line, column } = this.current ?? { ...last, column: last.column + last.text.length };
        throw new ProtoFault(`line ${line}, column ${column} must have ${expected}`);
    }
}

/** What a field's type names: looked for in the message, then in those around it. */
export function typeNamed(type: string, scope: ProtoMessage): ProtoMessage | "enum" | undefined {
    const [first = "", ...rest] = type.replace(/^\./, "").split(".");
    for (let around: ProtoMessage | undefined = scope; around; around = around.outer) {
        const found: ProtoMessage | "enum" | undefined = around.name === first ? around : memberNamed(around, first);
        if (found) {
            return rest.reduce<ProtoMessage | "enum" | undefined>(
                (within, name) => (within && within !== "enum" ? memberNamed(within, name) : undefined),
                found,
            );
        }
    }
    return undefined;
}

function memberNamed({ messages, enums }: ProtoMessage, name: string): ProtoMessage | "enum" | undefined {
    return messages.find((message) => message.name === name) ?? (enums.includes(name) ? "enum" : undefined);
}
