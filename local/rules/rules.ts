import type { Cloud } from "../cloud/cloud";
import type { GoogleError } from "../cloud/errors";
import type { Properties } from "../cloud/store";

/** The inputs or the state of one resource, with its project and its location filled in. */
// biome-ignore lint/suspicious/noExplicitAny: each service knows the shapes of its own types.
export type Inputs = Record<string, any>;

/** What a rule may look at beyond the resource itself. */
export interface Context {
    cloud: Cloud;
    /** The provider's own project and region. */
    project?: string;
    region?: string;
}

/** How one resource type behaves. What the installed `@pulumi/gcp` tells already is not said again. */
export interface TypeRules {
    /** What the provider calls the type in its errors: `Error creating Topic`. */
    noun: string;
    /** What the provider puts before an error of a creation, where it is not that; nothing for an empty text. */
    creating?(inputs: Inputs): string;
    /** The API that must be enabled in the resource's project; nothing for a resource that needs none. */
    api?: string;
    /** The project that the resource belongs to; its `project` when left out. */
    project?(inputs: Inputs, context: Context): string;
    /** Pulumi's id. */
    id(inputs: Inputs): string;
    /** The full resource name; `//api/id` when left out. */
    name?(inputs: Inputs): string;
    /** Paths such as `buildConfig.source` whose change makes a new resource. */
    replaceOnChange: string[];
    /** Whether the program may leave out `name`. */
    autoname?: boolean;
    /** What the provider itself fills in, at preview already. */
    defaults?: Inputs;
    /** Groups of properties of which at most one may be given, and whether one must be. */
    exclusive?: { properties: string[]; required?: boolean }[];
    /** The values that a path may have. */
    values?: Record<string, string[]>;
    /** What the API says of a name that is taken; a type without it may be created where it is already. */
    taken?(inputs: Inputs): GoogleError;
    /** Refuses what the API refuses, before a creation and before an update. */
    verify?(inputs: Inputs, context: Context, old?: Inputs): void;
    /** Properties of which `projects/p/topics/t` and `t` are the same. */
    comparedByLastPart?: string[];
    /** Properties of which `us` and `US` are the same. */
    comparedInUpperCase?: string[];
    /** The bytes that the resource holds, such as those of an object. */
    content?(inputs: Inputs): Buffer;
    /** What the provider computes by itself, so that a preview knows it. */
    known?(inputs: Inputs): Properties;
    /** What the server sets, beyond the inputs. */
    state?(inputs: Inputs, context: Context, old?: Inputs): Properties;
    /** What else there is once the resource is stored, such as the service under a function. */
    stored?(state: Inputs, context: Context): void;
    /** How the stored resource looks now, where others change it too; nothing when it is gone. */
    read?(state: Inputs, context: Context): Properties | undefined;
    /** Whether the resource stays in the cloud when the program no longer has it. */
    kept?(state: Inputs): boolean;
    /** Refuses a deletion, or removes what goes with the resource. */
    remove?(state: Inputs, context: Context): void;
    /** Computed properties that an update changes, so that a preview does not know them. */
    changesOnUpdate?: string[];
}

/** A data source: what it answers for these arguments. */
export type FunctionRules = (inputs: Inputs, context: Context) => Properties;

/** One Google service, a file of this folder. */
export interface Service {
    /** The titles that Google gives to the APIs that this file is about. */
    titles?: Record<string, string>;
    types?: Record<string, TypeRules>;
    functions?: Record<string, FunctionRules>;
}
