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
    zone?: string;
    defaultLabels?: Record<string, string>;
    /** Tells the person who deploys what is waited for outside of the API. */
    report?: (line: string) => void;
    /** The project that is asked for quota, where the provider's configuration names one. */
    quotaProject?: string;
}

/**
 * How one resource type behaves, beyond what the provider's schema (`local/schema`) and the installed `@pulumi/gcp` say: which
 * properties there are, required, computed, replaced on change, of which values and defaults, and in conflict. A path is
 * written as `lifecycleRules.condition.withState`, through blocks and lists of blocks alike.
 */
export interface TypeRules {
    /** What the provider calls the type in its errors: `Error creating Topic`. */
    noun: string;
    /** The same in other errors of a type whose provider code is generated: `PubsubTopic`. */
    generatedNoun?: string;
    /** What the provider puts before an error, where it is not `Error creating Topic`; nothing for an empty text. */
    doing?(verb: "create" | "update", inputs: Inputs): string;
    /** What the provider puts before an error of a deletion, where it is not `Error when reading or editing Topic`. */
    deleting?(inputs: Inputs): string;
    /** What the provider says of a deletion that the deletion policy prevents, where it is not what it says of most types. */
    prevented?: string;
    /** The API that must be enabled in the resource's project; nothing for a resource that needs none. */
    api?: string;
    /** The project that the resource belongs to; its `project` when left out. */
    project?(inputs: Inputs, context: Context): string;
    /** Whether the provider takes its own zone, and never its region, for a location that is left out. */
    zonal?: boolean;
    /** Pulumi's id. */
    id(inputs: Inputs): string;
    /** The full resource name; `//api/id` when left out. */
    name?(inputs: Inputs): string;

    /** The input, mostly `name`, for which Pulumi makes up a value when the program leaves it out, where that cannot be derived. */
    autoname?: string;
    /** By path, why the provider itself refuses a value, if it does. */
    refused?: Record<string, (value: string) => string | undefined>;
    /** Why the provider itself refuses inputs that do not go together, if it does; some may be unknown at preview. */
    refusedTogether?(inputs: Inputs): string | undefined;

    /** Why the provider itself refuses a change of what is there, if it does. */
    refusedChange?(wanted: Inputs, found: Inputs): string | undefined;

    /** Paths whose change makes a new resource although the schema does not say so, as the provider's code decides it. */
    replaceOnChange?: string[];
    /** By path, whether a change from what is found to what is wanted makes a new resource, where not each does. */
    replaceWhen?: Record<string, (wanted: unknown, found: unknown, inputs: Inputs, state: Inputs) => boolean>;
    /** By path, what of a value counts in a comparison: `projects/p/topics/t` and `t` are the same topic. */
    compared?: Record<string, (value: unknown) => unknown>;
    /** By path, whether what is found is what is wanted, where no part of each alone can tell. */
    same?: Record<string, (wanted: unknown, found: unknown, inputs: Inputs, state: Inputs) => boolean>;
    /** Refuses what the API refuses, before a creation and before an update. */
    verify?(inputs: Inputs, context: Context, old?: Inputs): void;
    /** What the API says of a name that is taken; where it says nothing, what is there is taken over. */
    taken?(inputs: Inputs, context: Context): GoogleError | undefined;
    /**
     * What an API does after it has answered. When it fails, the new resource stays, broken, with this state; the
     * provider knows of it, or takes it as `unmade` although it is there.
     */
    operation?: { run(inputs: Inputs, context: Context): void; broken: Properties; unmade?: boolean };
    /** What the server sets, beyond the inputs. */
    state?(inputs: Inputs, context: Context, old?: Inputs): Properties;
    /** What the provider computes by itself, so that a preview knows it. */
    known?(inputs: Inputs): Properties;
    /** Computed properties that an update changes, so that a preview does not know them. */
    changesOnUpdate?: string[];
    /** The bytes that the resource holds, such as those of an object. */
    content?(inputs: Inputs, context: Context, old?: Inputs): Buffer;
    /** Properties that stand in the content alone, so that the resource's file does not show them; a `read` adds them. */
    concealed?: string[];
    /**
     * What else there is once the resource is stored, such as the service under a function. When it throws a
     * `FollowingError`, the new resource stays, broken.
     */
    stored?(state: Inputs, context: Context, old?: Inputs): void;
    /**
     * What is waited for outside of the API after a creation, an update or a read, such as a cluster's control plane: what it
     * adds to the state, or nothing where nothing is to be waited for. When it fails, the resource stays, broken.
     */
    started?(state: Inputs, context: Context): Promise<Properties | undefined>;
    /** What there is to know of a resource while a long operation on it goes on, which goes on also when nobody waits for it. */
    pending?(verb: "create" | "update", inputs: Inputs, until: Date, context: Context): void;
    /** Refuses a deletion, before anything ends or is removed. */
    refuseRemoval?(state: Inputs, context: Context): void;
    /** What is waited for outside of the API before a resource is removed. */
    ending?(state: Inputs, context: Context): Promise<void>;
    /** What the provider says that it waits for, where it is not `to create Topic: Error waiting for Creating Topic`. */
    waiting?(verb: "create" | "update" | "delete"): string;
    /** How a resource looks now, where others change it too; nothing when it is gone. */
    read?(state: Inputs, context: Context): Properties | undefined;
    /** Whether the resource stays in the cloud when the program no longer has it. */
    kept?(state: Inputs): boolean;
    /**
     * What `slipway local set` can tell the local cloud of a resource that no API shows, such as that a database has open
     * sessions, with the TypeScript type of each: `cloud.told` has it.
     */
    told?: Record<string, string>;
    /** Refuses a deletion, or removes what goes with the resource; after `"stays"` the resource itself is left as it is. */
    // biome-ignore lint/suspicious/noConfusingVoidType: most rules have nothing to say.
    remove?(state: Inputs, context: Context): "stays" | void;
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

/** For `compared`: of a path such as `projects/p/topics/t` its last part. */
export const lastPart = (value: unknown): string => String(value).split("/").at(-1) as string;

/** For `compared`: of `us` and `US` the same. */
export const upperCase = (value: unknown): string => String(value).toUpperCase();

/** For `refused`: the values that the provider takes, where its schema does not list them; in the provider's own spelling. */
export const oneOf =
    (property: string, ...allowed: string[]) =>
    (value: string): string | undefined =>
        allowed.includes(value)
            ? undefined
            : `expected ${property} to be one of [${allowed.map((each) => JSON.stringify(each)).join(" ")}], got ${value}`;

/** For `refused`: the range of a whole number. */
export const between =
    (property: string, least: number, most: number) =>
    (value: string): string | undefined =>
        Number(value) >= least && Number(value) <= most
            ? undefined
            : `expected ${property} to be in the range (${least} - ${most}), got ${value}`;
