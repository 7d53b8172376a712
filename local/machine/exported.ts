/** A resource in a stack's export. */
export interface Exported {
    urn: string;
    type: string;
    /** False for components. */
    custom?: boolean;
    /** Undefined for components. */
    id?: string;
    parent?: string;
    /** The URN of its provider, `::`, and the ID of that. */
    provider?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    dependencies?: string[];
    propertyDependencies?: Record<string, string[]>;
    /** Whether the program only reads it, such as `Topic.get`. */
    external?: boolean;
    /** Whether the engine refuses to delete it. */
    protect?: boolean;
    /** Whether it stays in Google Cloud when the program no longer has it. */
    retainOnDelete?: boolean;
    /** The line that called the constructor of the resource, such as `project:///index.ts#12,1`: in the program or in a package. */
    sourcePosition?: string;
    /** That line and those that called it. */
    stackTrace?: { sourcePosition?: string }[];
}

/** Resources by URN, such as the `get` of a map. */
export type Lookup = (urn: string) => Exported | undefined;

export const nameOf = (urn: string) => urn.split("::").at(-1) as string;
export const kindOf = ({ type }: Pick<Exported, "type">) => type.split(":").at(-1) as string;
export const isComponent = ({ type, custom }: Exported) => custom !== true && type !== "pulumi:pulumi:Stack";

/** The type and name of a resource, such as `Topic orders`. */
export const described = (resource: Pick<Exported, "urn" | "type">) => `${kindOf(resource)} ${nameOf(resource.urn)}`;

/** The components above a resource, the nearest one first. The last one is in the program itself. */
export function componentsAbove({ parent }: Exported, lookup: Lookup): Exported[] {
    const above = lookup(parent ?? "");
    return above === undefined ? [] : [...(isComponent(above) ? [above] : []), ...componentsAbove(above, lookup)];
}
