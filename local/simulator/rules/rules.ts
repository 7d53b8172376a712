import type { Cloud } from "../cloud/cloud";
import type { GoogleError, OperationError } from "../cloud/errors";
import type { Grant } from "../cloud/grants";
import type { Properties } from "../cloud/store";
import type { Verb } from "../provider/faults";

/** The inputs or the state of a resource, with its project and location. */
// biome-ignore lint/suspicious/noExplicitAny: each service knows the shapes of its own types.
export type Inputs = Record<string, any>;

/** The context of rules. */
export interface Context {
    cloud: Cloud;
    /** The provider's project and region. */
    project?: string;
    region?: string;
    zone?: string;
    defaultLabels?: Record<string, string>;
    /** Reports progress to the user while waiting for resources outside of the API. */
    report?: (line: string) => void;
    /** The quota project, if the provider's configuration has one. */
    quotaProject?: string;
    /** Whether the containers that a call starts fail, as a simulated fault. */
    containersFail?: boolean;
    /** How long the provider waits for a creation, in seconds; 0 for its default. */
    timeoutSeconds?: number;
}

/** A call of an API method. */
export interface Call {
    /** Such as `pubsub.projects.topics.create`. */
    method: string;
    /** The full name of the resource that it is on; by default that of the Pulumi resource. */
    on?: string;
}

export type Calls = (string | Call)[];

export type CallsOf = Calls | ((inputs: Inputs, context: Context, old?: Inputs) => Calls);

/** The calls of a type by verb, where they differ from the usual ones. */
export type TypeCalls = Partial<Record<Verb, CallsOf>> & {
    /** Calls in addition to the usual ones. */
    also?: Partial<Record<Verb, CallsOf>>;
    /** The collection of the usual methods, if it does not follow from the resource's name. */
    collection?: string;
};

/** The methods for a policy, if they are not named after the resource. */
export interface PolicyMethods {
    get: string;
    set: string;
}

/** The methods of an API, where they are not named as usual: `create` and `patch`, with all collections in their names. */
export interface ApiMethods {
    create?: "insert";
    /** As the provider calls it. */
    update?: "update";
    /** Whether the methods do not name the collections that contain one. */
    isFlat?: true;
    /**
     * The methods that read long-running operations, which the provider polls, by the start of a collection, of which the first one counts;
     * empty if the methods respond with the result.
     */
    operations?: Record<string, string>;
}

/**
 * What a function of the provider's code does with a plan, which its schema cannot say. Inputs that are unknown at preview are left out,
 * as the code reads them as unset: also a list with an unknown item.
 */
export interface PlanRule {
    /**
     * The provider's error, if it refuses the plan.
     *
     * @param inputs the inputs that are known
     * @param state undefined for a new resource
     * @param isUnknown whether the value at a path is only known later, which some of the provider's code reads as empty
     */
    refuse?(inputs: Inputs, state: Inputs | undefined, isUnknown: (path: string) => boolean): string | undefined;
    /** Paths that replace the resource when changed. */
    replaceOnChange?: string[];
    /** By path, whether a change replaces the resource. */
    replaceWhen?: Record<string, (desired: unknown, found: unknown, inputs: Inputs, state: Inputs) => boolean>;
    /** The paths of values that the server set, and that are removed as the program does not have them. */
    cleared?(inputs: Inputs, state: Inputs): string[];
    /** By path, whether a difference is taken out of the plan. */
    same?: Record<string, (desired: unknown, found: unknown, inputs: Inputs, state: Inputs) => boolean>;
}

/**
 * The behavior of a resource type, in addition to the provider's schema (`local/simulator/schema`) and the installed
 * `@pulumi/gcp`, which define properties, required and computed properties, replacement, values, defaults and
 * conflicts. Paths have the form `lifecycleRules.condition.withState`, through blocks and lists of blocks.
 */
export interface TypeRules {
    /** The name of the type in the provider's errors: `Error creating Topic`. */
    noun: string;
    /** The name in other errors, for types whose provider code is generated: `PubsubTopic`. */
    generatedNoun?: string;
    /** The prefix of the provider's errors, if it is not `Error creating Topic`; empty for no prefix. */
    errorPrefix?(verb: "create" | "update", inputs: Inputs): string;
    /** The prefix of the provider's errors of deletions, if it is not `Error when reading or editing Topic`. */
    deleteErrorPrefix?(inputs: Inputs): string;
    /** The provider's error if the deletion policy prevents a deletion, if it is not the usual one. */
    deletionPreventedMessage?: string;
    /**
     * Set for a type without prices in `local/commands/cost`: it has none, such as grants, settings, and what only describes other resources; or no
     * source has them.
     */
    cost?: "free" | "unknown";
    /** The API that must be enabled in the resource's project, if any. */
    api?: string;
    /** The resource's project; by default its `project`. */
    project?(inputs: Inputs, context: Context): string;
    /** Whether the default location is the provider's zone, never its region, or its zone if it has no region. */
    zonal?: boolean | "without region";
    /** Whether the location is in the ID of another resource, and never the region of the provider. */
    locatedByReference?: boolean;
    /** Pulumi's ID. */
    id(inputs: Inputs): string;
    /** The IDs that an import accepts, if they have other parts, or in another order, than the ID and the full name. */
    importIds?(state: Inputs): string[];
    /** The full resource name; by default `//api/id`. */
    name?(inputs: Inputs): string;

    /** For types of policies: the full name of the resource with the policy, its description, and the desired grants. */
    policy?: {
        name(inputs: Inputs): string;
        describe(inputs: Inputs): string;
        grants(inputs: Inputs): Grant[];
        methods?: PolicyMethods;
    };

    /** The input that Pulumi generates if it is omitted, usually `name`, where it cannot be derived. */
    autoname?: string;
    /** By path, validates a value like the provider; returns its error, if any. */
    validators?: Record<string, (value: string) => string | undefined>;
    /**
     * Validates combinations of inputs like the provider; returns its error, if any. At preview, an input of which something is unknown is
     * `unknown` as a whole.
     */
    validateInputs?(inputs: Inputs): string | undefined;

    /** What the functions of the provider's `CustomizeDiff` do, by their names in `plan/functions-9.35.0.json`. */
    plan?: Record<string, PlanRule>;
    /** Validates a change like the provider; returns its error, if any. */
    validateChange?(desired: Inputs, found: Inputs): string | undefined;

    /** Paths that replace the resource when changed, in addition to the schema, as the provider's code decides. */
    replaceOnChange?: string[];
    /** By path, whether a change replaces the resource, if it depends on the values. */
    replaceWhen?: Record<string, (desired: unknown, found: unknown, inputs: Inputs, state: Inputs) => boolean>;
    /**
     * By path, normalizes values for comparison: `projects/p/topics/t` and `t` are the same topic. Like `same`, not for a path with a
     * comparison of the provider's code (`local/simulator/rules/plan/suppressions.ts`), which replaces both.
     */
    normalize?: Record<string, (value: unknown) => unknown>;
    /** By path, whether the actual and the desired value are equal, if normalizing each is not sufficient. */
    same?: Record<string, (desired: unknown, found: unknown, inputs: Inputs, state: Inputs) => boolean>;
    /** Paths in blocks that the provider compares although the server sets them: leaving them out is a change. */
    compared?: string[];
    /** Throws the API's error for an invalid creation or update. */
    verify?(inputs: Inputs, context: Context, old?: Inputs): void;
    /** The API's error if the name exists; undefined if the existing resource is adopted. */
    alreadyExists?(inputs: Inputs, context: Context): GoogleError | undefined;
    /**
     * What an API does after it has responded. If it fails, the new resource remains with this state. Failed updates have no effect, unless
     * a function returns the state.
     */
    operation?: {
        run(inputs: Inputs, context: Context, old?: Inputs): void;
        broken: Properties | BrokenState;
    };
    /** What the server sets, in addition to the inputs. */
    state?(inputs: Inputs, context: Context, old?: Inputs): Properties;
    /** What the provider computes itself, so that it is known at preview. */
    known?(inputs: Inputs): Properties;
    /**
     * Whether the provider sends only what has changed, and nothing if nothing has ("if updateMask is empty we are not updating anything so skip
     * the post", "Only client-side changes detected. Cancelling update operation":
     * {@link https://github.com/hashicorp/terraform-provider-google-beta/tree/main/google-beta/services the provider's resources}).
     *
     * When an update fails, the provider's framework records the new arguments
     * ({@link https://github.com/hashicorp/terraform-plugin-sdk/issues/476}), and the next one, in which nothing has changed, sends nothing.
     * Other types send all arguments again, or record the old ones.
     */
    sendsOnlyChanges?: true;
    /** Properties that an update leaves as they are in Google Cloud if the state has the same values, instead of sending these. */
    sentIfChanged?: string[];
    /** Computed properties that an update changes, so that they are unknown at preview. */
    changesOnUpdate?: string[];
    /** The content of the resource, such as an object's bytes. */
    content?(inputs: Inputs, context: Context, old?: Inputs): Buffer;
    /** Properties that are only stored in the content, not in the resource's file; `read` adds them. */
    contentProperties?: string[];
    /**
     * Creates related resources after the resource is stored, such as the service of a function. If it throws a
     * `FollowUpError`, the new resource remains, tainted.
     */
    afterStore?(state: Inputs, context: Context, old?: Inputs): void;
    /**
     * Waits for resources outside of the API after a creation, an update or a read, such as a cluster's control plane.
     * Returns additional state; undefined if there is nothing to wait for. If it fails, the resource remains, tainted.
     */
    waitUntilReady?(state: Inputs, context: Context): Promise<Properties | undefined>;
    /** Sets the state of a resource during a long-running operation, which continues if nobody waits for it. */
    pending?(verb: "create" | "update", inputs: Inputs, until: Date, context: Context): void;
    /** Throws if the resource cannot be deleted, before anything is stopped or deleted. */
    verifyRemoval?(state: Inputs, context: Context): void;
    /** Waits for resources outside of the API before the resource is deleted. */
    beforeDelete?(state: Inputs, context: Context): Promise<void>;
    /** The provider's description of an operation, if it is not `to create Topic: Error waiting for Creating Topic`. */
    waitMessage?(verb: "create" | "update" | "delete"): string;
    /** The current state, if others can change it; undefined if it was deleted. */
    read?(state: Inputs, context: Context): Properties | undefined;
    /** Whether the resource is kept when it is removed from the program. */
    isRetained?(state: Inputs): boolean;
    /**
     * Simulated state that `slipway local set` can set, such as open sessions of a database, with its TypeScript type:
     * see `cloud.simulated`.
     */
    simulated?: Record<string, string>;
    /**
     * Throws if the resource cannot be deleted, or deletes related resources; returns `"stays"` to keep the resource.
     */
    // biome-ignore lint/suspicious/noConfusingVoidType: most rules have nothing to say.
    remove?(state: Inputs, context: Context): "stays" | void;
    /** The service accounts that are attached to it, for which the caller needs `iam.serviceAccounts.actAs`. */
    actsAs?: ActsAs;
    /** The calls of the provider, where they differ from one method per verb, its operation and a read. */
    calls?: TypeCalls;
}

/**
 * The service accounts that a resource runs as or calls as, and the API's error if the caller may not act as one:
 * https://cloud.google.com/iam/docs/attach-service-accounts
 */
export interface ActsAs {
    accounts(inputs: Inputs, context: Context): (string | undefined)[];
    refusal(account: string, inputs: Inputs): Error;
}

/** The state of a resource after its operation failed, in addition to the one that it would have. */
export type BrokenState = (state: Inputs, context: Context, failure: OperationError, old?: Inputs) => Properties;

/** A data source: returns its outputs. */
export type FunctionRules = (inputs: Inputs, context: Context) => Properties;

/** A data source that reads a resource of a type. */
export interface Lookup {
    /** The token of the resource type. */
    type: string;
    /** The API method that reads it. */
    method: string;
    /** The inputs that identify the resource, if they are not the arguments of the data source. */
    inputs?(args: Inputs, context: Context): Inputs;
}

/** A Google service, defined by a file in the services folder. */
export interface Service {
    /** The titles of the APIs of this service. */
    titles?: Record<string, string>;
    /** How its methods are named, by API, such as `compute`. */
    methods?: Record<string, ApiMethods>;
    types?: Record<string, TypeRules>;
    /** The data sources of its resources, by token. */
    lookups?: Record<string, Lookup>;
    /** Other data sources, by token. */
    functions?: Record<string, FunctionRules>;
    /** The API methods that each of them calls. */
    functionMethods?: Record<string, string[]>;
}

/** For `normalize`: the last part of a path such as `projects/p/topics/t`. */
export const lastPart = (value: unknown): string => String(value).split("/").at(-1) as string;

/** For `normalize`: ignores case, such as `us` and `US`. */
export const upperCase = (value: unknown): string => String(value).toUpperCase();

/** For `validators`: allowed values that the schema does not list, in the provider's spelling. */
export const oneOf =
    (property: string, ...allowed: string[]) =>
    (value: string): string | undefined =>
        allowed.includes(value)
            ? undefined
            : `expected ${property} to be one of [${allowed.map((item) => JSON.stringify(item)).join(" ")}], got ${value}`;

/** The error of Go for JSON that is no object, where the provider's code reads one; undefined for an object. */
export function refusedObject(json: string): string | undefined {
    let value: unknown;
    try {
        value = JSON.parse(json);
    } catch {
        return `invalid character '${json.trimStart().charAt(0)}' looking for beginning of value`;
    }
    const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return kind === "object"
        ? undefined
        : `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

/** For `validators`: the range of a number. */
export const between =
    (property: string, min: number, max: number) =>
    (value: string): string | undefined =>
        Number(value) >= min && Number(value) <= max
            ? undefined
            : `expected ${property} to be in the range (${min} - ${max}), got ${value}`;
