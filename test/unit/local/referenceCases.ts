import { Document } from "yaml";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { type SchemaProperties, schemaOf } from "../../../local/simulator/schema/schema";

/** The paths of all inputs of a type at every depth. */
export function inputPaths(type: string): string[] {
    const below = (properties: SchemaProperties, prefix: string): string[] =>
        Object.entries(properties)
            .filter(([, { required, optional }]) => required || optional)
            .flatMap(([name, { fields }]) => [`${prefix}${name}`, ...below(fields ?? {}, `${prefix}${name}.`)]);
    return below(schemaOf(type)?.properties ?? {}, "");
}

/** Inputs with others at their paths, such as `template.containers[0].image`; `null` removes an input. */
export function merged(inputs: Inputs, changes: Inputs): Inputs {
    const document = new Document(inputs, { aliasDuplicateObjects: false });
    for (const [path, value] of Object.entries(changes)) {
        const keys = (path.match(/[^.[\]]+/g) ?? []).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
        value === null ? document.deleteIn(keys) : document.setIn(keys, value);
    }
    return document.toJS();
}

export const listed = (cases: Inputs | Inputs[] | undefined): Inputs[] => [cases ?? []].flat();
