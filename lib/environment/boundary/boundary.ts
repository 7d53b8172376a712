import * as pulumi from "@pulumi/pulumi";
import { knownEnvironments } from "../settings";
import { bucketsIn, isNameOfNew } from "./bucket";
import { type Reference, referenceTo } from "./project";
import type { Property } from "./property";

/** The project of other environments, by their stacks. */
export interface Foreign {
    readonly project: string;
    readonly stacks: readonly string[];
}

/** The projects of other environments, seen from the stack that runs. */
export class Boundary {
    private readonly foreign: readonly (Foreign & { number?: string; refers: Reference })[];
    /** Names of buckets that the stack makes; `*` stands for what the provider puts behind. */
    private readonly buckets = new Set<string>();

    constructor(
        readonly stack: string,
        /** The stack's own project, unless its configuration does not tell it. */
        readonly project: string | undefined,
        environments: Record<string, { project: string; number?: string }>,
    ) {
        const others = Object.entries(environments).filter(([, other]) => other.project !== project);
        const projects = [...new Set(others.map(([, other]) => other.project))];
        this.foreign = projects.map((id) => {
            const ofIt = others.filter(([, other]) => other.project === id);
            const number = ofIt.map(([, other]) => other.number).find((given) => given !== undefined);
            return { project: id, number, stacks: ofIt.map(([name]) => name), refers: referenceTo(id, number) };
        });
    }

    /** The project that a text refers to, if it is another environment's to which it is not allowed to refer. */
    crossed(text: string, property: Property, allowed: ReadonlySet<string>): Foreign | undefined {
        const others = this.foreign.filter(({ project, number, stacks }) => {
            // Nearly no text has either, and these are found at once.
            const isNamed = text.includes(project) || (number !== undefined && text.includes(number));
            return isNamed && !stacks.some((stack) => allowed.has(stack));
        });
        const found = others.find(({ refers }) => refers(text, property));
        return found ?? others.find((other) => this.hasBucketOf(other, text, property));
    }

    /** Takes in that the stack makes a bucket, whose name the provider makes unless it is given. */
    makes(resource: string, bucket: string | undefined): void {
        this.buckets.add(bucket ?? `${resource}-*`);
    }

    /** Whether a text has the name of a bucket that starts as those of a project do, and no longer project's. */
    private hasBucketOf({ project }: Foreign, text: string, property: Property): boolean {
        return bucketsIn(text, property).some(({ name, isSure }) => {
            const all = [this.project ?? "", ...this.foreign.map((other) => other.project)];
            const fitting = all.filter((id) => id !== "" && name.startsWith(`${id}-`));
            const longest = fitting.sort((one, other) => other.length - one.length)[0];
            return longest === project && !this.isOwn(name, property) && (isSure || this.isTelling(project));
        });
    }

    private isOwn(name: string, property: Property): boolean {
        const isMade = this.buckets.has(name) || this.buckets.has(name.replace(/[0-9a-f]{7}$/, "*"));
        return isMade && !isNameOfNew(property);
    }

    /** Whether what starts with it can hardly be anything but the project's. */
    private isTelling(project: string): boolean {
        return project.includes("-") && !this.project?.startsWith(`${project}-`);
    }
}

const boundaries = new WeakMap<object, { boundary?: Boundary }>();

/** The boundary of the running program; nothing where its stack does not know of other environments. */
export function currentBoundary(): Boundary | undefined {
    const program = pulumi.runtime.getMonitor() ?? boundaries;
    let current = boundaries.get(program);
    if (!current) {
        const stack = pulumi.getStack();
        const known = knownEnvironments(stack);
        current = { boundary: known && new Boundary(stack, known.project, known.environments) };
        boundaries.set(program, current);
    }
    return current.boundary;
}
