import * as pulumi from "@pulumi/pulumi";
import { endOf } from "./hooks";
import { stateOfProgram } from "./programState";
import { isKnown, typeOf } from "./pulumiSdk";
import { resourcesInState, type StateOutputs } from "./stackState";

/** What a replacement loses. */
interface Loss {
    /** The data, in the plural: `objects`. */
    data: string;
    /** What to do, instead of copying the data. */
    hint?: string;
    /** Whether the old resource is deleted with its data, by its outputs; by default, always. */
    isLost?(outputs: Record<string, unknown>): boolean;
}

const addressHint = "To keep them, undo the change. Clients and DNS records need the new ones.";

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
    "gcp:compute/address:Address": { data: "IP addresses", hint: addressHint },
    "gcp:compute/disk:Disk": { data: "contents" },
    "gcp:compute/globalAddress:GlobalAddress": { data: "IP addresses", hint: addressHint },
    "gcp:compute/regionDisk:RegionDisk": { data: "contents" },
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
        data: "stateful disks",
        // Others are detached, and stay.
        isLost: ({ statefulDisks }) =>
            Array.isArray(statefulDisks) &&
            statefulDisks.some(({ deleteRule }) => deleteRule === "ON_PERMANENT_INSTANCE_DELETION"),
    },
    "gcp:compute/serviceAttachment:ServiceAttachment": {
        data: "connections of consumers",
        hint: "To keep them, undo the change. Consumers must create their endpoints again.",
    },
    "gcp:container/cluster:Cluster": { data: "workloads and their volumes" },
    "gcp:dns/managedZone:ManagedZone": {
        data: "name servers, and records of others",
        hint: "To keep them, undo the change. The registrar of the domain needs the new name servers.",
        isLost: ({ visibility }) => visibility !== "private",
    },
    "gcp:filestore/instance:Instance": { data: "files" },
    "gcp:firestore/database:Database": { data: "documents" },
    "gcp:kms/cryptoKey:CryptoKey": {
        data: "versions, and what they encrypted",
        hint: "To keep what they encrypted, undo the change.",
    },
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": { data: "log entries" },
    "gcp:organizations/project:Project": { data: "resources" },
    "gcp:pubsub/subscription:Subscription": { data: "messages that were not acknowledged" },
    "gcp:pubsub/topic:Topic": { data: "retained messages" },
    "gcp:redis/instance:Instance": { data: "keys" },
    "gcp:secretmanager/regionalSecret:RegionalSecret": { data: "versions" },
    "gcp:secretmanager/secret:Secret": { data: "versions" },
    "gcp:spanner/database:Database": { data: "tables" },
    "gcp:spanner/instance:Instance": { data: "databases" },
    "gcp:sql/database:Database": { data: "tables" },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        data: "databases",
        // A replica is a copy.
        isLost: ({ masterInstanceName }) => !masterInstanceName,
    },
    "pulumi-nodejs:dynamic/model:Model": { data: "versions" },
    "gcp:storage/bucket:Bucket": { data: "objects", isLost: ({ forceDestroy }) => forceDestroy === true },
};

/** Components whose children hold only code and images, which the next deployment stores again. */
const rebuilding = ["slipway:index:AppEngineApp", "slipway:index:ServerlessFunction"];

/** The identifying arguments whose changes a warning names. */
const identifying = /^(name|project|location|region|zone|instance|topic)$|[a-z]Id$/;

/** Whether a component warned of a change itself, or refused it. */
export type OwnWarning = "warned" | "refused";

/** The warnings of a program. */
class Replacements {
    private readonly watched = new WeakSet<pulumi.Resource>();
    /** The number of resources that are not registered yet, and what ends the program's connection to the engine after them. */
    private pending = 0;
    private release: () => void = () => undefined;
    /** The warnings of components about their own changes, by URN. */
    readonly own = new Map<string, OwnWarning>();

    /** Warns if a resource that holds data is replaced. */
    watch(args: pulumi.ResourceTransformationArgs, loss: Loss): void {
        // Another copy of this library can have called it.
        if (this.watched.has(args.resource)) {
            return;
        }
        this.watched.add(args.resource);
        if (this.pending++ === 0) {
            this.release = pulumi.runtime.rpcKeepAlive();
        }
        // The constructor sets the ID after the transformations. The SDK reports a failed registration itself.
        void Promise.resolve()
            .then(() => hasId(args.resource as pulumi.CustomResource))
            .catch(() => true)
            .then((isKept) => (isKept ? undefined : this.warn(args, loss)))
            .finally(() => {
                if (--this.pending === 0) {
                    this.release();
                }
            });
    }

    /** Called for a resource that the preview creates. It is a replacement if the state has the resource. */
    private async warn({ type, name, opts, resource }: pulumi.ResourceTransformationArgs, loss: Loss) {
        const outputs = (await resourcesInState())?.get(await urnOf(resource));
        const own = opts.parent && this.own.get(await urnOf(opts.parent));
        if (!outputs || own === "refused") {
            return;
        }
        const isLost = loss.isLost?.(outputs) !== false;
        const effect = `${await cause(outputs, resource)} replaces it${isLost ? `, and its ${loss.data} are lost` : ""}.`;
        const isProtected = opts.protect === true && isProtectedByEnvironment(opts.parent);
        const hint = isProtected ? unprotectHint : undefined;
        const sentences = own ? [hint] : [effect, hint ?? loss.hint ?? keepHint];
        if (hint || (isLost && !own)) {
            pulumi.log.warn(`${type.split(":").at(-1)} "${name}": ${sentences.join(" ")}`);
        }
    }
}

/** Whether the ID of a registered resource is known at preview: the ID of a new or replaced resource is not. */
const hasId = ({ id }: pulumi.CustomResource) => isKnown(id);

const urnOf = (resource: pulumi.Resource) => new Promise<string>((resolve) => resource.urn.apply(resolve));

const keepHint = "To keep them, undo the change, or copy them to another resource first.";

const unprotectHint =
    "It is protected by the environment. To replace it, run 'pulumi config set slipway:protection off' and 'pulumi up' without this change, then 'pulumi up' with it.";

/** Whether `slipway:protection` decides that the child of a component is protected. */
function isProtectedByEnvironment(parent: pulumi.Resource | undefined): boolean {
    return typeOf(parent)?.startsWith("slipway:") === true && pulumi.runtime.getConfig("slipway:kind") === "production";
}

/** The changes of identifying arguments, which differ from the outputs. A new random suffix of a name is none. */
async function cause(outputs: StateOutputs, resource: pulumi.Resource): Promise<string> {
    const comparable = (text: string) => text.toLowerCase().replace(/-[0-9a-f]{6,7}$/, "");
    const changes: string[] = [];
    for (const key of Object.keys(outputs).filter((key) => identifying.test(key))) {
        const [before, value] = [outputs[key], await knownValue(Reflect.get(resource, key))];
        const isText = [value, before].every((each) => typeof each === "string" && each !== "");
        if (isText && comparable(String(value)) !== comparable(String(before))) {
            changes.push(`${key} from "${before}" to "${value}"`);
        }
    }
    return changes.length > 0 ? `changing ${changes.join(", ")}` : "this change";
}

/** The value of an output, or undefined if it is unknown or a secret. */
async function knownValue(output: unknown): Promise<unknown> {
    if (!pulumi.Output.isInstance(output)) {
        return undefined;
    }
    const isShown = (await isKnown(output)) && !(await pulumi.isSecret(output));
    return isShown ? new Promise((resolve) => output.apply(resolve)) : undefined;
}

const replacementsOf = (program: pulumi.Resource) =>
    stateOfProgram("slipway.replacementWarnings", program, () => new Replacements());

/** Notes that a component warned of a change itself, or refused it, so that its children need not. */
export function noteWarning(component: pulumi.URN, own: OwnWarning): void {
    const stack = pulumi.runtime.getStackResource();
    if (stack) {
        replacementsOf(stack).own.set(component, own);
    }
}

/**
 * Calls a function at preview, once the whole program has run, with the names of the children of a component that are in the state.
 *
 * @param type the type of the children: `gcp:compute/routerNat:RouterNat`
 */
export function atEnd(component: pulumi.Resource, type: string, call: (names: string[]) => void): void {
    const stack = pulumi.runtime.getStackResource();
    if (!stack || !pulumi.runtime.isDryRun()) {
        return;
    }
    const release = pulumi.runtime.rpcKeepAlive();
    const run = async () => {
        await endOf(stack);
        const urn = await urnOf(component);
        const at = urn.lastIndexOf("::");
        const [parent, name] = [urn.slice(0, at), urn.slice(at + 2)];
        const urns = [...((await resourcesInState())?.keys() ?? [])];
        const children = `${parent}$${type}::`;
        const names = urns.filter((urn) => urn.startsWith(children)).map((urn) => urn.slice(children.length));
        call(names.filter((child) => child.startsWith(name)));
    };
    void run()
        .catch(() => undefined)
        .finally(release);
}

/**
 * Warns at preview of the replacement of a resource that holds data, in every environment. Not by a hook: the engine would call it for every
 * new resource, and keep one of its workers waiting for the state, which it may need a worker to read.
 */
export const warnOfReplacement: pulumi.ResourceTransformation = (args) => {
    const stack = pulumi.runtime.getStackResource();
    const loss = losses[args.type];
    if (stack && loss && pulumi.runtime.isDryRun()) {
        const options: pulumi.CustomResourceOptions = args.opts;
        const isKept = options.retainOnDelete || options.id !== undefined;
        if (!isKept && !rebuilding.includes(typeOf(options.parent) as string)) {
            replacementsOf(stack).watch(args, loss);
        }
    }
    return undefined;
};
