import type { Entry, Inputs } from "../../../simulator";
import { HttpError } from "../../emulator/http";
import { requireKey, suppliedKey } from "./customerKeys";
import type { Metadata } from "./metadata";
import type { Objects } from "./objects";
import type { StorageRequest } from "./uploads";

/** "Compose objects": https://cloud.google.com/storage/docs/composing-objects */
const maxSources = 32;

interface Composition {
    content: Buffer;
    metadata: Metadata;
    componentCount: number;
    /** The sources that are deleted. */
    sources: Entry[];
}

/** Concatenates objects of a bucket: https://cloud.google.com/storage/docs/json_api/v1/objects/compose */
export function compose(
    objects: Objects,
    { bucket, headers }: StorageRequest,
    { sourceObjects = [], destination = {}, deleteSourceObjects }: Inputs,
): Composition {
    if (sourceObjects.length === 0 || sourceObjects.length > maxSources) {
        const message = `The number of source components provided (${sourceObjects.length}) must be from 1 to ${maxSources}.`;
        throw new HttpError(400, "invalid", message);
    }
    const sources = sourceObjects.map(({ name, generation, objectPreconditions }: Inputs): Entry => {
        const found = objects.require(bucket, name, generation && String(generation));
        const expected = objectPreconditions?.ifGenerationMatch ?? found.state.generation;
        if (String(expected) !== String(found.state.generation)) {
            const message = "At least one of the pre-conditions you specified did not hold.";
            throw new HttpError(412, "conditionNotMet", message);
        }
        requireKey(found, suppliedKey(headers));
        return found;
    });
    const components = sources.map(({ state }: Entry) => Number(state.componentCount ?? 1));
    return {
        content: Buffer.concat(sources.map((source: Entry) => objects.content(source))),
        metadata: destination,
        componentCount: components.reduce((sum: number, count: number) => sum + count, 0),
        sources: deleteSourceObjects ? sources : [],
    };
}
