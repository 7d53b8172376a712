/** Where a text of a resource stands. */
export interface Property {
    /** The type of the resource: `gcp:storage/bucketIAMMember:BucketIAMMember`. */
    type: string;
    /** The names from the resource to the text, `["serviceConfig", "environmentVariables", "MODELS"]`; those of lists are numbers. */
    path: readonly string[];
}

/** The last name of the path that is none of an item of a list. */
export function keyOf({ path }: Property): string {
    return path.filter((name) => !/^\d+$/.test(name)).at(-1) ?? "";
}

/** Whether a text is what a resource is called, not what it refers to. */
export function isOwnName(property: Property): boolean {
    const key = keyOf(property);
    return key === "name" || (/[a-z]Id$/.test(key) && !/project/i.test(key));
}

/** Whether a text is the id by which a resource is found that is there already. */
export function isId({ path: [first, ...others] }: Property): boolean {
    return others.length === 0 && (first === "id" || first === "import");
}

const texts =
    /^(description|displayName|friendlyName|comments?|title|notes?|doc|documentation|summary|tags|labels|.*Labels)$/;

/**
 * Whether a property is for people, or is data: nothing is done with what it says. Annotations are read by Kubernetes and
 * Cloud Run, and by nobody elsewhere.
 */
export function isFreeText({ type, path }: Property): boolean {
    const [first = ""] = path;
    const isData = type === "gcp:storage/bucketObject:BucketObject" && /^(content|metadata)$/.test(first);
    const isNote = first === "annotations" && /^gcp:(?!cloudrun)/.test(type);
    // A dynamic resource has the code of its provider in one that starts so.
    return isData || isNote || path.some((name) => texts.test(name) || name.startsWith("__"));
}
