import { importField, importTemplates } from "../../../lib/formats";
import { unknown } from "../../machine/marks";
import { schemaOf } from "../../simulator/schema/schema";
import type { Values } from "../../simulator/schema/terraform";
import type { ExistingResource } from "./existing";

/** A resource that the program would create. */
export interface PlannedResource {
    urn: string;
    type: string;
    /** Its inputs, and the project, region and zone of its provider. Unknown values are the engine's. */
    properties: Values;
}

/** A property by which an existing resource is not the planned one. */
export interface Difference {
    property: string;
    existing: unknown;
    /** Undefined if it is only known at the deployment. */
    planned: unknown;
}

const fieldsIn = (template: string) => [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, field = ""]) => field);

const templates = new Map<string, string[]>();

/** The formats of import IDs of a type whose fields are all properties. */
function templatesOf(type: string): string[] {
    const known = templates.get(type);
    const found = known ?? importTemplates(type).filter((each) => !/\{\{\w*\W\w*\}\}|\s/.test(each));
    templates.set(type, found);
    return found;
}

/** A field of the import ID. A state can lack one that the ID has, such as a region that was that of the provider. */
const fieldOf = (field: string, existing: ExistingResource) =>
    importField(field, existing.properties) ?? fieldsOfId(existing)[field];

/** The fields that the ID has, by the first format that does not contradict the properties. */
function fieldsOfId({ type, id, properties }: ExistingResource): Record<string, string> {
    for (const template of templatesOf(type)) {
        const literals = template.split(/\{\{\w+\}\}/).map((each) => each.replaceAll(/\W/g, "\\$&"));
        const [, ...values] = new RegExp(`^${literals.join("([^/]+)")}$`).exec(id) ?? [];
        const found = fieldsIn(template).map((field, index) => [field, values[index]] as const);
        if (
            found.every(([field, value]) => value !== undefined && value === (importField(field, properties) ?? value))
        ) {
            return Object.fromEntries(found) as Record<string, string>;
        }
    }
    return {};
}

const camelCase = (field: string) => field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * What makes an existing resource another one than the planned one; empty if it is the same. These are the fields of the import ID, such as
 * project, location and name. Google Cloud generates the names of some types, such as those of alert policies; and grants have no name: of these,
 * it is the properties that cannot change, and the displayed name.
 */
export function differences(planned: PlannedResource, existing: ExistingResource): Difference[] {
    const { type } = planned;
    const template = templatesOf(type).find((each) =>
        fieldsIn(each).every((field) => importField(field, planned.properties) !== undefined),
    );
    const compared: [property: string, planned: unknown, existing: unknown][] =
        template === undefined
            ? identifying(planned).map((key) => [key, planned.properties[key], existing.properties[key]])
            : fieldsIn(template).map((field) => [
                  camelCase(field),
                  importField(field, planned.properties),
                  fieldOf(field, existing),
              ]);
    return compared
        .filter(([, one, other]) => !isSame(one, other))
        .map(([property, one, other]) => ({ property, existing: other, planned: one === unknown ? undefined : one }));
}

/** The properties of a program's resource that cannot change, and its displayed name. Secrets are not in a preview. */
function identifying({ type, properties }: PlannedResource): string[] {
    const schema = schemaOf(type)?.properties ?? {};
    return Object.keys(properties).filter(
        (key) =>
            (schema[key]?.replaceOnChange || /^(displayName|shortName)$/.test(key)) && properties[key] !== "[secret]",
    );
}

/**
 * Whether an existing value is the planned one. A reference to another resource is its ID, a link, or its name; of an object only the properties
 * of the program count, as the server and the provider set others.
 */
function isSame(planned: unknown, existing: unknown): boolean {
    if (Array.isArray(planned)) {
        return (
            Array.isArray(existing) &&
            planned.length === existing.length &&
            planned.every((item, index) => isSame(item, existing[index]))
        );
    }
    if (typeof planned === "object" && planned !== null) {
        const found = (existing ?? {}) as Values;
        return Object.entries(planned).every(([key, value]) => key === "__defaults" || isSame(value, found[key]));
    }
    return planned !== unknown && (nameIn(planned) === nameIn(existing) || isFreshName(planned, existing));
}

/**
 * Whether a name of a component that gets another suffix in every run (`lib/internal/engine/freshName.ts`) is the existing one, with or without a
 * suffix. The component ignores changes of such a name.
 */
function isFreshName(planned: unknown, existing: unknown): boolean {
    const [, name] = /^([^/]+)-[0-9a-f]{6}$/.exec(String(planned)) ?? [];
    return name !== undefined && String(existing).replace(/-[0-9a-f]{6}$/, "") === name;
}

const nameIn = (value: unknown) => (typeof value === "string" ? value.split("/").at(-1) : value);

/** How many unchangeable properties differ, so that of two resources with the same name the nearer one is chosen. */
export function distanceOf(planned: PlannedResource, { properties }: ExistingResource): number {
    return identifying(planned).filter((key) => !isSame(planned.properties[key], properties[key])).length;
}

const grant = /I(?:am|AM)(Member|Binding|Policy)$/;

/** The ID that Pulumi imports an existing resource with. */
export function importIdOf(existing: ExistingResource): string {
    const { type, id, properties } = existing;
    const [, kind] = grant.exec(type) ?? [];
    if (kind !== undefined) {
        return grantId(kind, id, properties);
    }
    for (const template of templatesOf(type)) {
        const fields = fieldsIn(template);
        const values = fields.map((field) => fieldOf(field, existing));
        // The ID of a resource that refers to others by their paths has these paths; of a place, which can be a link, it has the name.
        const hasPaths = fields.some(
            (field) =>
                !/^(project|region|zone|location)$/.test(field) && String(properties[camelCase(field)]).includes("/"),
        );
        if (!hasPaths && values.every((value) => value !== undefined)) {
            return template.replaceAll(/\{\{\w+\}\}/g, () => values.shift() as string);
        }
    }
    return id;
}

/**
 * The ID of a grant has slashes where its import has spaces, and all of the condition, of which the import has the title. Old versions of the
 * provider wrote the kind of the member in lower case, as in `serviceaccount:a@b.c`:
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgiamresource/resource_iam_member.go
 */
function grantId(kind: string, id: string, { role, member, condition }: Values): string {
    const { title } = (condition ?? {}) as { title?: string };
    const words = kind === "Policy" ? [] : [role, ...(kind === "Member" ? [member] : [])];
    const ending = words.map((word) => `/${word}`).join("");
    const end = id.toLowerCase().lastIndexOf(ending.toLowerCase());
    const resource = words.length === 0 || end < 0 ? id : id.slice(0, end);
    return [resource, ...words, ...(title === undefined ? [] : [title])].join(" ");
}
