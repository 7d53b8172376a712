/** The position of a string in a resource. */
export interface Property {
    /** The type token of the resource: `gcp:storage/bucketIAMMember:BucketIAMMember`. */
    type: string;
    /** The property path, `["serviceConfig", "environmentVariables", "MODELS"]`, with indices of lists as strings. */
    path: readonly string[];
}

/** The last property name of the path, ignoring indices of lists. */
export function keyOf({ path }: Property): string {
    return path.filter((name) => !/^\d+$/.test(name)).at(-1) as string;
}

/** Whether the property is the resource's own name or ID. */
export function isOwnName(property: Property): boolean {
    const key = keyOf(property);
    return key === "name" || (/[a-z]Id$/.test(key) && !/project/i.test(key));
}

/** Whether the property is the ID of an existing resource to read or import. */
export function isId({ path: [first, ...others] }: Property): boolean {
    return others.length === 0 && (first === "id" || first === "import");
}

const texts =
    /^(description|displayName|friendlyName|comments?|title|notes?|doc|documentation|summary|tags|labels|.*Labels)$/;

/** Whether a property is free text or data, which references nothing. Only Kubernetes and Cloud Run interpret annotations. */
export function isFreeText({ type, path }: Property): boolean {
    const [first = ""] = path;
    const isData = type === "gcp:storage/bucketObject:BucketObject" && /^(content|metadata)$/.test(first);
    const isNote = first === "annotations" && /^gcp:(?!cloudrun)/.test(type);
    // "__provider" contains the code of a dynamic provider.
    return isData || isNote || path.some((name) => texts.test(name) || name.startsWith("__"));
}
