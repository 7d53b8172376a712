import { readFileSync } from "node:fs";
import { join } from "node:path";
import { matches } from "../judge";
import type { Difference } from "./compare";
import type { Inventory } from "./inventories";
import { Settings } from "./sets";

interface Reason {
    reason: string;
    /** The page that says so. */
    source: string;
}

/** A default of a module that is another one here. In all but the attribute, `*` is any text. */
interface Default extends Reason {
    /** Terraform's type, and the path of the attribute by Pulumi's names. */
    type: string;
    attribute: string;
    there: string;
    here: string;
}

/** Resources that a module creates by itself. In the resource and the case, `*` is any text. */
interface LeftOut extends Reason {
    /** The type and the name in the module. */
    resource: string;
    /** By default all. */
    case?: string;
    /** The arguments with which an example asks for the resource. */
    unless?: string[];
}

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, file), "utf8"));

const defaults: Default[] = read("defaults.json");
const leftOut: LeftOut[] = read("leftOut.json");
const needed = new Set<Reason>();

/** The rows that no case needed so far. */
export const unneeded = (): Reason[] => [...defaults, ...leftOut].filter((row) => !needed.has(row));

/** The rows without a reason or a source. */
export const unexplained = (): Reason[] => [...defaults, ...leftOut].filter(({ reason, source }) => !reason || !source);

/** The attributes of an inventory by address, without resources that are left out. */
export function judged({ name, values, sets }: Inventory): Inventory["values"] {
    const settings = new Settings(sets);
    const isOwn = (address: string) => {
        const resource = address.replace(/^(module\.[^.]+\.)*/, "");
        return isLeftOut((row) => matches(row.resource, resource), name, settings);
    };
    return Object.fromEntries(Object.entries(values).filter(([address]) => !isOwn(address)));
}

const isLeftOut = (is: (row: LeftOut) => boolean, name: string, settings: Settings) =>
    note(
        leftOut.filter(
            (row) => is(row) && matches(row.case ?? "*", name) && !row.unless?.some((key) => settings.hasArgument(key)),
        ),
    );

/**
 * How many resources there are of types of which an inventory has no attributes. Without those that the module creates by itself, of files
 * of Fabric's tests, and grants, of which one here can be several there.
 */
export function counted({ name, values, counts, sets, fixtures }: Inventory): [type: string, count: number][] {
    const settings = new Settings(sets);
    const hasAttributes = (type: string) => Object.keys(values).some((address) => address.includes(`${type}.`));
    return Object.entries(counts).filter(
        ([type]) =>
            fixtures === undefined &&
            type.startsWith("google_") &&
            !/_iam_(binding|member)$/.test(type) &&
            !hasAttributes(type) &&
            !isLeftOut((row) => row.resource.startsWith(`${type}.`), name, settings),
    );
}

/** Whether a difference is one of defaults that has a reason. */
export const isDefault = ({ type, path, there, here, isSet }: Difference): boolean =>
    !isSet &&
    note(
        defaults.filter(
            (row) =>
                matches(row.type, type) &&
                row.attribute === path &&
                matches(row.there, there) &&
                matches(row.here, here),
        ),
    );

function note(rows: Reason[]): boolean {
    for (const row of rows) {
        needed.add(row);
    }
    return rows.length > 0;
}
