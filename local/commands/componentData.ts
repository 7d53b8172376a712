import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What flows because of a reference of a resource to a component, as pictures show it. */
export interface Reference {
    /** The kind of the resource, such as `Job`; by default all. */
    resource?: string;
    /** The property with the reference; by default all. */
    property?: string;
    flows?: "in" | "out";
    /** Whether one only belongs to the other, and nothing flows. */
    attached?: true;
    /** A text at the arrow, or where it comes from. */
    label?: string;
    labelFrom?: "event" | "record" | "schedule";
}

/** What the data file of a component has for the local Google Cloud: `docs/development/components.md` explains it. */
export interface ComponentData {
    picture: {
        sign: string;
        color: "computing" | "data" | "messages" | "network" | "identity" | "models" | "watching" | "outside";
        resources?: string[];
        as?: "frame" | "build" | "apart" | "arrow";
        refers?: Reference[];
        referred?: Reference[];
    };
    /** By a type and the path of a property, such as `gcp:compute/disk:Disk size`. */
    adopt?: Record<string, { argument: string; isSame: boolean }>;
}

let all: Map<string, ComponentData> | undefined;

/** What `npm run index` collects from `lib/<service>/<component>.yaml`, by the names of the components. */
export function componentData(): Map<string, ComponentData> {
    all ??= new Map(Object.entries(JSON.parse(readFileSync(join(__dirname, "components.json"), "utf8"))));
    return all;
}
