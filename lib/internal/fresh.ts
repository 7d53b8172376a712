import { randomBytes } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { fitted } from "./names";

/** A name that no resource had before, and the options of the resource which has it. */
export interface FreshName {
    name: string;
    options: Pick<pulumi.CustomResourceOptions, "deleteBeforeReplace" | "ignoreChanges" | "replacementTrigger">;
}

/**
 * The name of a resource whose name stays taken for a while after it is deleted, so that the same one could not be made
 * again: with a random end. The program makes another one whenever it runs, and only that of the run which makes the
 * resource counts; a replacement has a fresh one, and is there before the old one goes.
 *
 * @param property the input that is the name
 * @param name what the name starts with; another one makes another resource
 * @param most how long the whole may be
 */
export function freshName(property: string, name: string, most: number): FreshName {
    const end = randomBytes(3).toString("hex");
    return {
        name: `${fitted(name, most - end.length - 1)}-${end}`,
        // As the name is ignored, the provider takes that of a replacement for the old one, and would delete first what has it.
        options: { ignoreChanges: [property], replacementTrigger: name, deleteBeforeReplace: false },
    };
}
