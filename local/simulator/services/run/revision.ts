import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import type { Kind } from "./kind";
import { resourcePath, serviceName } from "./names";
import { StartFailure, start } from "./start";
import { completedTemplate } from "./template";
import { revisionsOf, type Shares } from "./traffic";

/** The name of a generated revision: `predict-00001-x7c`. */
export function revisionOf(service: string, generation: number): string {
    const letters = createHash("sha256").update(`${service} ${generation}`).digest("hex").slice(0, 3);
    return `${service}-${String(generation).padStart(5, "0")}-${letters}`;
}

/** The name of a revision in the store. */
const revisionName = (path: string, revision: string) => `${serviceName(path)}/revisions/${revision}`;

/** A revision of a service or worker pool, by its short name. */
export const findRevision = (cloud: Cloud, path: string, revision: string): Entry | undefined =>
    cloud.store.read(revisionName(path, lastPart(revision)));

/** A value as text, without regard to the order of properties and of variables. */
function canonical(value: unknown): string {
    return JSON.stringify(value, (key, each) => {
        if (Array.isArray(each)) {
            return key === "envs" ? [...each].sort((one, other) => (one.name < other.name ? -1 : 1)) : each;
        }
        return typeof each === "object" && each !== null
            ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
            : each;
    });
}

/** What a revision is created from: the template with its defaults, and what revisions take over from their service. */
function configurationOf(kind: Kind, inputs: Inputs, { cloud, defaultLabels }: Context, old?: Inputs): string {
    // The provider sends the labels of others again, and its own for Pulumi always.
    const others = Object.entries(old?.effectiveLabels ?? {}).filter(
        ([key]) => !(key in (old?.pulumiLabels ?? {})) && key !== "goog-pulumi-provisioned",
    );
    const labels = { ...Object.fromEntries(others), ...defaultLabels, ...inputs.labels };
    const template = { ...completedTemplate(kind, inputs, cloud), revision: "" };
    return canonical([template, labels, inputs.annotations, inputs.launchStage ?? "GA"]);
}

/** The scaling of the whole resource, which only concerns revisions with a name of their own. Counts of zero are not set. */
const scalingOf = (kind: Kind, { scaling = kind.field === "worker_pool" ? { manualInstanceCount: 1 } : {} }: Inputs) =>
    canonical(Object.fromEntries(Object.entries(scaling).filter(([, value]) => value)));

/** The revision of a creation or an update. */
interface Next {
    /** Its short name. */
    name: string;
    /** The revision, if it exists already. */
    found?: Entry;
}

/**
 * The revision for a resource: that with the name of the template, the latest one if nothing of it has changed, or a new one.
 *
 * @throws GoogleError if the name belongs to a revision with another configuration
 */
export function nextRevision(kind: Kind, inputs: Inputs, context: Context, old?: Inputs): Next {
    const { cloud } = context;
    const path = resourcePath(inputs, kind.collection, inputs.name);
    const { revision } = kind.template(inputs);
    if (revision) {
        const found = findRevision(cloud, path, revision);
        const isSame =
            found?.state.configuration === configurationOf(kind, inputs, context, old) &&
            found?.state.scaling === scalingOf(kind, inputs);
        if (found && !isSame) {
            throw new GoogleError(
                409,
                `Revision named '${revision}' with different configuration already exists.`,
            ).recordedIn("https://github.com/googleapis/google-cloud-python/issues/14259");
        }
        return { name: revision, found };
    }
    const latest = old?.latestCreatedRevision && findRevision(cloud, path, old.latestCreatedRevision);
    if (latest && !latest.state.isNamed && latest.state.configuration === configurationOf(kind, inputs, context, old)) {
        return { name: lastPart(latest.name), found: latest };
    }
    return { name: revisionOf(inputs.name, Number(old?.generation ?? 0) + 1) };
}

/** Creates a revision, which exists also if it cannot start. */
function create(kind: Kind, inputs: Inputs, context: Context, name: string, old?: Inputs): void {
    const { cloud } = context;
    const { project } = inputs;
    const path = resourcePath(inputs, kind.collection, inputs.name);
    const template = kind.template(inputs);
    const write = ({ code, text, log = [] }: Partial<StartFailure> = {}) =>
        cloud.store.write({
            name: revisionName(path, name),
            project,
            id: `${path}/revisions/${name}`,
            state: {
                createTime: cloud.now().toISOString(),
                template,
                isNamed: Boolean(template.revision),
                configuration: configurationOf(kind, inputs, context, old),
                scaling: scalingOf(kind, inputs),
                ...(code && { failure: { code, text }, log }),
            },
        });
    try {
        start(kind, inputs, context, name);
    } catch (error) {
        if (error instanceof StartFailure) {
            write(error);
        }
        throw error;
    }
    write();
}

/** Shares of revisions that do not exist, or that are not ready. */
export class RouteFailure extends StartFailure {}

/** The failure of a revision that is not ready. */
const failureOf = (entry: Entry | undefined) => entry?.state.failure as { code: number; text: string } | undefined;

/**
 * The operation of a service or worker pool: starts its revision, then gives the named revisions their shares.
 * https://github.com/terraform-google-modules/terraform-docs-samples/pull/269
 */
export function operate(kind: Kind, shares: Shares, inputs: Inputs, context: Context, old?: Inputs): void {
    const { name, found } = nextRevision(kind, inputs, context, old);
    const failure = failureOf(found);
    if (failure) {
        throw new StartFailure(failure.code, failure.text);
    }
    if (!found) {
        create(kind, inputs, context, name, old);
    }
    const path = resourcePath(inputs, kind.collection, inputs.name);
    for (const revision of revisionsOf(shares, inputs)) {
        const target = findRevision(context.cloud, path, revision);
        const broken = failureOf(target);
        if (revision !== name && !target) {
            throw new RouteFailure(
                13,
                `Revision '${revision}' does not exist or is deleted. Update all traffic to route to currently available revisions.`,
            );
        }
        if (broken) {
            throw new RouteFailure(broken.code, broken.text);
        }
    }
}

/** Whether all named revisions are ready. */
export function areReady(cloud: Cloud, kind: Kind, shares: Shares, state: Inputs): boolean {
    const path = resourcePath(state, kind.collection, state.name);
    return revisionsOf(shares, state).every((name) => {
        const entry = findRevision(cloud, path, name);
        return entry !== undefined && !failureOf(entry);
    });
}

/** Deletes the revisions of a service or worker pool. */
export const removeRevisions = (kind: Kind, state: Inputs, cloud: Cloud): void =>
    cloud.store.removeBelow(`${serviceName(resourcePath(state, kind.collection, state.name))}/`);
