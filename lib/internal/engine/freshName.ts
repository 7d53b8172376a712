import { randomBytes } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { shortenName } from "../arguments/names";

/** A name with a random suffix, and the options of its resource. */
export interface FreshName {
    name: string;
    options: Pick<pulumi.CustomResourceOptions, "deleteBeforeReplace" | "ignoreChanges" | "replacementTrigger">;
}

/** The length of the suffix: a hyphen and six hexadecimal digits. */
export const suffixLength = 7;

/**
 * Adds a random suffix to the name of a resource whose name stays reserved for a while after its deletion. Every run of the program
 * generates another suffix, but only a creation uses it. A replacement gets a new suffix, and is created before the old resource is
 * deleted.
 *
 * @param property the input with the name
 * @param name the name without the suffix; changing it replaces the resource
 * @param maxLength the maximum length of the whole name
 */
export function freshName(property: string, name: string, maxLength: number): FreshName {
    const end = randomBytes(3).toString("hex");
    return {
        name: `${shortenName(name, maxLength - suffixLength)}-${end}`,
        // As changes of the name are ignored, the engine would otherwise delete the old resource first.
        options: { ignoreChanges: [property], replacementTrigger: name, deleteBeforeReplace: false },
    };
}
