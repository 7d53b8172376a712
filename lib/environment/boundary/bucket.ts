import { isId, keyOf, type Property } from "./property";

/** A bucket's name that a text has, and whether it can be nothing else. */
interface Named {
    name: string;
    isSure: boolean;
}

const bucket = "[a-z0-9][a-z0-9._-]*";
const addresses = new RegExp(
    [
        `gs://(${bucket})`,
        `storage\\.(?:cloud\\.google|googleapis)\\.com/(?:(?:download/|upload/)?storage/v1/b/)?(${bucket})`,
        `(?<![a-z0-9-])buckets/(${bucket})`,
        `(?<![a-z0-9._-])([a-z0-9][a-z0-9_-]*)\\.storage\\.googleapis\\.com`,
    ].join("|"),
    "g",
);

const alone = new RegExp(`^(?:b/)?(${bucket})$`);

/** The names of buckets in the value of a property. */
export function bucketsIn(text: string, property: Property): Named[] {
    const addressed = [...text.matchAll(addresses)].map((match) => match.slice(1).find((name) => name !== undefined));
    const found = addressed.filter((name) => name !== undefined).map((name) => ({ name, isSure: true }));
    const whole = alone.exec(text)?.[1];
    const isOfStorage = property.type.startsWith("gcp:storage/");
    const isSure = /bucket/i.test(keyOf(property)) || (isOfStorage && isId(property));
    // A variable of code may be a bucket's name, as a capability's is, or anything else.
    const isMaybe = isNameOfNew(property) || property.path.some((name) => /env/i.test(name));
    return whole !== undefined && (isSure || isMaybe) ? [...found, { name: whole, isSure }] : found;
}

/** Whether it is the name of a bucket that the stack itself makes. */
export function isNameOfNew({ type, path }: Property): boolean {
    return type === "gcp:storage/bucket:Bucket" && path.length === 1 && path[0] === "name";
}
