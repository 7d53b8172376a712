import { workflowsLimits } from "slipway/facts";
import { raised, sizeOf, type Value } from "./values";

const { memory: limit } = workflowsLimits.rows;

/** The memory that the variables of an execution use. */
export class Memory {
    private used = 0;

    add(bytes: number): void {
        this.used += bytes;
        if (this.used > limit.max) {
            throw raised("ResourceLimitError", `memory usage limit of ${limit.max} bytes exceeded`);
        }
    }
}

/** Variables of a subworkflow, a loop, a branch or an `except`. */
export class Scope {
    private readonly variables = new Map<string, Value>();

    /** @param shared of a parallel branch: the variables of the parent that it may assign */
    constructor(
        private readonly memory: Memory,
        private readonly parent?: Scope,
        private readonly shared?: readonly string[],
    ) {}

    get(name: string): Value | undefined {
        const own = this.variables.get(name);
        return own === undefined ? this.parent?.get(name) : own;
    }

    /** Assigns a variable where it is known, otherwise here. */
    set(name: string, value: Value): void {
        let owner: Scope | undefined = this;
        while (owner && !owner.variables.has(name)) {
            if (owner.shared && !owner.shared.includes(name) && owner.parent?.get(name) !== undefined) {
                throw raised("ValueError", `variable '${name}' of the parent is assigned, but is not in 'shared'`);
            }
            owner = owner.parent;
        }
        (owner ?? this).define(name, value);
    }

    /** Assigns a variable of this scope, such as that of a loop. */
    define(name: string, value: Value): void {
        const before = this.variables.get(name);
        this.memory.add(sizeOf(value) - (before === undefined ? 0 : sizeOf(before)));
        this.variables.set(name, value);
    }

    /** Frees the memory of the variables. */
    end(): void {
        for (const value of this.variables.values()) {
            this.memory.add(-sizeOf(value));
        }
        this.variables.clear();
    }
}
