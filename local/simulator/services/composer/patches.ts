import type { Entry } from "../../cloud/store";
import type { Context, Inputs } from "../../rules/rules";
import { valueAt } from "./generation";
import { badRequest, environmentPath, fullName } from "./names";
import { releaseSubnetwork, reserveSubnetwork } from "./network";
import { installPackages } from "./packages";
import { problemsOf } from "./problems";
import { type Image, imageNamed, imageOf, imageVersionOf, isSameLine, isUpgrade, suggested } from "./versions";

const image = "softwareConfig.imageVersion";
const packages = "softwareConfig.pypiPackages";

/** The provider's update requests, in order. */
const masks: string[][] = [
    ["nodeConfig.network", "nodeConfig.subnetwork", "nodeConfig.composerNetworkAttachment"],
    ["nodeConfig.trafficRoutingConfig"],
    [image],
    ["softwareConfig.schedulerCount"],
    ["softwareConfig.cloudDataLineageIntegration"],
    ["softwareConfig.airflowConfigOverrides"],
    ["softwareConfig.envVariables"],
    [packages],
    ["enablePrivateEnvironment"],
    ["enablePrivateBuildsOnly"],
    ["softwareConfig.webServerPluginsMode"],
    ["nodeCount"],
    ["webServerNetworkAccessControl"],
    ["databaseConfig"],
    ["webServerConfig"],
    ["maintenanceWindow"],
    ["workloadsConfig"],
    ["dataRetentionConfig"],
    ["recoveryConfig"],
    ["environmentSize"],
    ["resilienceMode"],
    ["masterAuthorizedNetworksConfig"],
];

/** Returns a copy with a changed value at a path. */
function withValue(block: Inputs, path: string, value: unknown): Inputs {
    const [key = "", ...rest] = path.split(".");
    return { ...block, [key]: rest.length > 0 ? withValue(block[key] ?? {}, rest.join("."), value) : value };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Stores an environment during a failing update, or at its end. */
function write(state: Inputs, { cloud }: Context): void {
    const name = fullName(environmentPath(state));
    cloud.store.write({ ...(cloud.store.read(name) as Entry), state });
}

/** Throws if an environment cannot be changed to an image. */
function verifyUpgrade(desired: string | undefined, found: string | undefined, now: Date): void {
    const [from, to] = [imageNamed(found ?? ""), imageOf(desired ?? "", now)];
    if (!to || !isUpgrade(from, to)) {
        throw badRequest([
            `Invalid image version: '${desired}' derived based on your input. Currently supported environment update image versions are: ${suggested(now, (image) => !from || isSameLine(from, image))}.`,
        ]);
    }
}

/** A single update request. */
function request(before: Inputs, desired: Inputs, mask: string[], context: Context): Inputs {
    const now = context.cloud.now();
    const config = mask.reduce((block, path) => withValue(block, path, valueAt(desired.config, path)), before.config);
    const next = { ...before, config };
    if (mask.includes(image)) {
        verifyUpgrade(imageVersionOf(next), imageVersionOf(before), now);
    }
    const problems = problemsOf(next, imageNamed(imageVersionOf(next) ?? "") as Image, context.cloud);
    if (problems.length > 0) {
        throw badRequest(problems);
    }
    if (mask.includes(image) || mask.includes(packages)) {
        installPackages(next, context);
    }
    return next;
}

/** Updates an environment like the provider: if a request fails, the previous ones remain in effect. */
export function patch(desired: Inputs, old: Inputs, context: Context): void {
    const { labels, pulumiLabels, effectiveLabels, config } = old;
    let current: Inputs = { ...desired, labels, pulumiLabels, effectiveLabels, config };
    const changed = masks.filter((mask) =>
        mask.some((path) => !isSame(valueAt(desired.config, path), valueAt(config, path))),
    );
    releaseSubnetwork(old, context.cloud);
    try {
        for (const mask of changed) {
            current = request(current, desired, mask, context);
        }
        current = desired;
    } finally {
        write(current, context);
        reserveSubnetwork(current, context.cloud);
    }
}

/** Installs packages after the creation, as the provider does. */
export function complete(state: Inputs, context: Context): void {
    try {
        installPackages(state, context);
    } catch (error) {
        write({ ...state, config: withValue(state.config, packages, undefined) }, context);
        throw error;
    }
}
