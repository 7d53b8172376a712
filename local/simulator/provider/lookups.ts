import { asLists } from "../rules/blocks";
import { titles, types } from "../rules/catalogue";
import type { Context, Inputs, Lookup, TypeRules } from "../rules/rules";
import { type SchemaProperties, schemaOf } from "../schema/schema";
import { nameOf } from "./types";

/** The resource that a data source reads: its project, its full name, and the rules of its type. */
export function target({ type, inputs = (args) => args }: Lookup, args: Inputs, context: Context) {
    const { project, region } = context;
    const identity = inputs({ project, location: region, region, ...args }, context);
    const rules = types[type] as TypeRules;
    return { project: String(identity.project), name: nameOf(rules, identity), id: rules.id(identity), rules };
}

/** Reads a resource in the format of its data source. */
export function look(token: string, lookup: Lookup, args: Inputs, context: Context): Inputs {
    const { project, name, id, rules } = target(lookup, args, context);
    if (rules.api) {
        context.cloud.projects.requireApi(project, rules.api, titles[rules.api] ?? rules.api);
    }
    const found = context.cloud.store.read(name);
    if (!found) {
        throw new Error(`${id} not found`);
    }
    const properties = schemaOf(token)?.properties ?? {};
    const lists = Object.entries(properties).filter(([, { type }]) => type === "list" || type === "set");
    const none = Object.fromEntries(lists.map(([property]) => [property, []]));
    const given = args.project === undefined ? {} : { project: args.project };
    return { ...none, ...asLists(withAllLabels(found.state), mapsOf(properties)), ...given, id };
}

/**
 * A data source has no labels of its own, and reads all: `SetDataSourceLabels` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/labels.go, and the same of annotations.
 */
const withAllLabels = ({ effectiveLabels, effectiveAnnotations, ...state }: Inputs): Inputs => ({
    ...state,
    ...(effectiveLabels && { labels: effectiveLabels, pulumiLabels: effectiveLabels, effectiveLabels }),
    ...(effectiveAnnotations && { annotations: effectiveAnnotations, effectiveAnnotations }),
});

function mapsOf(properties: SchemaProperties): string[] {
    return Object.entries(properties).flatMap(([name, { type, fields }]) => [
        ...(type === "map" ? [name] : []),
        ...mapsOf(fields ?? {}),
    ]);
}
