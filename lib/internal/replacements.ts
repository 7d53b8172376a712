import { AsyncResource } from "node:async_hooks";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { supportsHooks } from "./hooks";

/** What a replacement loses. */
interface Loss {
    /** The data, in the plural: `objects`. */
    data: string;
    /** Whether the old resource is deleted with its data, by its outputs; by default, always. */
    isLost?(outputs: Record<string, unknown>): boolean;
}

/** The types whose resources hold data. */
const losses: Record<string, Loss> = {
    "gcp:alloydb/cluster:Cluster": { data: "databases" },
    "gcp:artifactregistry/repository:Repository": { data: "packages and images" },
    "gcp:bigquery/dataset:Dataset": {
        data: "tables",
        isLost: ({ deleteContentsOnDestroy }) => deleteContentsOnDestroy === true,
    },
    "gcp:bigquery/table:Table": { data: "rows" },
    "gcp:bigtable/instance:Instance": { data: "tables" },
    "gcp:composer/environment:Environment": { data: "DAG runs, variables and connections" },
    "gcp:compute/disk:Disk": { data: "contents" },
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
        data: "stateful disks",
        // Others are detached, and stay.
        isLost: ({ statefulDisks }) =>
            Array.isArray(statefulDisks) &&
            statefulDisks.some(({ deleteRule }) => deleteRule === "ON_PERMANENT_INSTANCE_DELETION"),
    },
    "gcp:container/cluster:Cluster": { data: "workloads and their volumes" },
    "gcp:filestore/instance:Instance": { data: "files" },
    "gcp:firestore/database:Database": { data: "documents" },
    "gcp:organizations/project:Project": { data: "resources" },
    "gcp:pubsub/subscription:Subscription": { data: "messages that were not acknowledged" },
    "gcp:pubsub/topic:Topic": { data: "retained messages" },
    "gcp:redis/instance:Instance": { data: "keys" },
    "gcp:secretmanager/secret:Secret": { data: "versions" },
    "gcp:spanner/database:Database": { data: "tables" },
    "gcp:spanner/instance:Instance": { data: "databases" },
    "gcp:sql/database:Database": { data: "tables" },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        data: "databases",
        // A replica is a copy.
        isLost: ({ masterInstanceName }) => !masterInstanceName,
    },
    "gcp:storage/bucket:Bucket": { data: "objects", isLost: ({ forceDestroy }) => forceDestroy === true },
};

/** Components whose children hold only code and images, which the next deployment stores again. */
const rebuilding = ["slipway:index:AppEngineApp", "slipway:index:ServerlessFunction"];

/** The identifying arguments whose changes a warning names. */
const identifying = /^(name|project|location|region|zone|instance|topic)$|[a-z]Id$/;

/** A registered resource that holds data. */
interface Holder {
    parent?: pulumi.Resource;
    protect: boolean;
}

type Outputs = Record<string, unknown>;

/** Whether a component warned of a change itself, or refused it. */
export type OwnWarning = "warned" | "refused";

/** The warnings of a program. */
class Replacements {
    private readonly holders = new Map<string, Holder>();
    private existing?: Promise<Map<string, Outputs>>;
    /**
     * Resolves when hooks can read the state. The engine registers the provider of these calls with the first of them, by one of its
     * workers (`--parallel`), all of which may be waiting for hooks then.
     */
    readonly canRead: Promise<unknown> = pulumi.runtime.isDryRun() ? registerStateProvider() : Promise.resolve();
    /** What components said of their own changes, by URN. */
    readonly own = new Map<string, OwnWarning>();

    private readonly hook = new pulumi.ResourceHook(
        "slipway: warn of replacements that lose data",
        // The engine's call belongs to no program, of which there are several in one process with the Automation API.
        AsyncResource.bind((args) => this.warn(args)),
        { onDryRun: true },
    );

    /** Notes a resource, and returns the hook that warns of its replacement. */
    note({ type, name, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceHook {
        this.holders.set(`${type} ${name}`, { parent: opts.parent, protect: opts.protect === true });
        return this.hook;
    }

    /** The engine runs the hook before each creation. It is a replacement if the state has the resource. */
    private async warn({ urn, type, name, newInputs = {} }: pulumi.ResourceHookArgs): Promise<void> {
        const loss = losses[type];
        const holder = this.holders.get(`${type} ${name}`);
        if (!pulumi.runtime.isDryRun() || !loss || !holder) {
            return;
        }
        this.existing ??= resourcesInState().catch(() => new Map());
        const outputs = (await this.existing).get(urn);
        const own = await this.ownWarning(holder.parent);
        if (!outputs || own === "refused") {
            return;
        }
        const isLost = loss.isLost?.(outputs) !== false;
        const effect = `${cause(outputs, newInputs)} replaces it${isLost ? `, and its ${loss.data} are lost` : ""}.`;
        const hint = holder.protect && isProtectedByEnvironment(holder.parent) ? unprotectHint : undefined;
        const sentences = own ? [hint] : [effect, hint ?? keepHint];
        if (hint || (isLost && !own)) {
            pulumi.log.warn(`${type.split(":").at(-1)} "${name}": ${sentences.join(" ")}`);
        }
    }

    private async ownWarning(parent: pulumi.Resource | undefined): Promise<OwnWarning | undefined> {
        const urn = parent && (await new Promise<string>((resolve) => parent.urn.apply(resolve)));
        return urn === undefined ? undefined : this.own.get(urn);
    }
}

const keepHint = "To keep them, undo the change, or copy them to another resource first.";

const unprotectHint =
    "It is protected by the environment. To replace it, run 'pulumi config set slipway:protection off' and 'pulumi up' without this change, then 'pulumi up' with it.";

const typeOf = (resource: pulumi.Resource | undefined) => String(resource && Reflect.get(resource, "__pulumiType"));

/** Whether `slipway:protection` decides that the child of a component is protected. */
function isProtectedByEnvironment(parent: pulumi.Resource | undefined): boolean {
    return typeOf(parent).startsWith("slipway:") && pulumi.runtime.getConfig("slipway:kind") === "production";
}

/** The changes of identifying arguments, which differ from the outputs. A new random suffix of a name is none. */
function cause(outputs: Outputs, inputs: Record<string, unknown>): string {
    const comparable = (text: unknown) =>
        String(text)
            .toLowerCase()
            .replace(/-[0-9a-f]{6,7}$/, "");
    const changes = Object.entries(inputs).flatMap(([key, value]) => {
        const before = outputs[key];
        const isText = [value, before].every((each) => typeof each === "string" && each !== "");
        return isText && identifying.test(key) && comparable(value) !== comparable(before)
            ? [`${key} from "${before}" to "${value}"`]
            : [];
    });
    return changes.length > 0 ? `changing ${changes.join(", ")}` : "this change";
}

/** By stack. Global, because the names of hooks are unique in a program, which can load several copies of this library. */
const programs = Symbol.for("slipway.replacements");

function replacementsOf(program: pulumi.Resource): Replacements {
    const all: WeakMap<object, Replacements> = Reflect.get(globalThis, programs) ?? new WeakMap();
    Reflect.set(globalThis, programs, all);
    const found = all.get(program) ?? new Replacements();
    all.set(program, found);
    return found;
}

/** Notes that a component warned of a change itself, or refused it, so that its children need not. */
export function noteWarning(component: pulumi.URN, own: OwnWarning): void {
    const stack = pulumi.runtime.getStackResource();
    if (stack) {
        replacementsOf(stack).own.set(component, own);
    }
}

/** Warns at preview of the replacement of a resource that holds data, in every environment. */
export const warnOfReplacement: pulumi.ResourceTransformation = (args) => {
    const stack = pulumi.runtime.getStackResource();
    const { hooks = {}, ...options } = args.opts as pulumi.CustomResourceOptions;
    const isKept = options.retainOnDelete || options.id !== undefined || rebuilding.includes(typeOf(options.parent));
    if (!stack || !supportsHooks() || !losses[args.type] || isKept) {
        return undefined;
    }
    const replacements = replacementsOf(stack);
    const hook = replacements.note(args);
    // Another copy of this library can have added it.
    const beforeCreate = [...new Set([...(hooks.beforeCreate ?? []), hook])];
    const ready = replacements.canRead.then((): pulumi.Resource[] => []);
    const dependsOn = [options.dependsOn ?? [], ready].flat() as pulumi.Input<pulumi.Resource>[];
    return { props: args.props, opts: { ...options, dependsOn, hooks: { ...hooks, beforeCreate } } };
};

/** A call of the engine's own provider that reads almost nothing: the state of the root resource. */
async function registerStateProvider(): Promise<void> {
    const root = pulumi.runtime.getStackResource();
    const urn = root && (await new Promise<string>((resolve) => root.urn.apply(resolve)));
    await invoked("pulumi:pulumi:getResource", { urn }).catch(() => undefined);
}

/**
 * The outputs of the resources in the stack's state, by URN; none if the backend does not tell. The SDK's own call would construct the
 * resources that outputs refer to.
 */
async function resourcesInState(): Promise<Map<string, Outputs>> {
    const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    const response: StateResponse = await invoked("pulumi:pulumi:readStackResourceOutputs", { stackName });
    return new Map(Object.entries(response.outputs ?? {}).map(([urn, resource]) => [urn, resource.outputs]));
}

interface StateResponse {
    outputs?: Record<string, { outputs: Outputs }>;
}

async function invoked(token: string, args: object): Promise<object> {
    const {
        ResourceInvokeRequest,
    }: typeof import("@pulumi/pulumi/proto/resource_pb") = require("@pulumi/pulumi/proto/resource_pb");
    const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
    const { Struct } = ofSdk("google-protobuf/google/protobuf/struct_pb.js");
    const request = new ResourceInvokeRequest();
    request.setTok(token);
    request.setArgs(Struct.fromJavaScript(args));
    return new Promise((resolve, reject) => {
        pulumi.runtime.getMonitor()?.invoke(request, (error, response) => {
            return error ? reject(error) : resolve(response.getReturn()?.toJavaScript() ?? {});
        });
    });
}
