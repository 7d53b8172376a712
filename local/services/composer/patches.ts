import { FollowingError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Context, Inputs } from "../../rules/rules";
import { at } from "./generation";
import { badRequest, environmentPath, fullName } from "./names";
import { enterNetwork, leaveNetwork } from "./network";
import { conflictOf, installationFailure } from "./packages";
import { problemsOf } from "./problems";
import { type Image, imageNamed, imageOf, imageVersionOf, isUpgrade, suggested } from "./versions";

const image = "softwareConfig.imageVersion";
const packages = "softwareConfig.pypiPackages";

/** What the provider asks the API to change, one request after the other: each waits for the one before. */
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

/** The same with another value at a path. */
function withValue(block: Inputs, path: string, value: unknown): Inputs {
    const [key = "", ...rest] = path.split(".");
    return { ...block, [key]: rest.length > 0 ? withValue(block[key] ?? {}, rest.join("."), value) : value };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Writes an environment as it is in the middle of an update that fails, or at its end. */
function write(state: Inputs, { cloud }: Context): void {
    const name = fullName(environmentPath(state));
    cloud.store.write({ ...(cloud.store.read(name) as Entry), state });
}

/** Refuses an image to which an environment cannot go. */
function verifyUpgrade(wanted: string | undefined, found: string | undefined, now: Date): void {
    const [from, to] = [imageNamed(found ?? ""), imageOf(wanted ?? "", now)];
    if (!to || !isUpgrade(from, to)) {
        throw badRequest([
            `Invalid image version: '${wanted}' derived based on your input. Currently supported environment update image versions are: ${suggested(now, [from?.generation ?? 3])}.`,
        ]);
    }
}

/** Installs packages: what cannot be installed is left out, and the environment stays as it was. */
export function install(state: Inputs, { cloud }: Context): void {
    const conflict = conflictOf(
        (at(state.config, packages) ?? {}) as Record<string, string>,
        imageNamed(imageVersionOf(state) ?? "") as Image,
    );
    if (conflict) {
        throw new FollowingError(installationFailure(state, conflict, cloud));
    }
}

/** One request of the provider's, and what comes of it. */
function request(before: Inputs, wanted: Inputs, mask: string[], context: Context): Inputs {
    const now = context.cloud.now();
    const config = mask.reduce((block, path) => withValue(block, path, at(wanted.config, path)), before.config);
    const next = { ...before, config };
    if (mask.includes(image)) {
        verifyUpgrade(imageVersionOf(next), imageVersionOf(before), now);
    }
    const problems = problemsOf(next, imageNamed(imageVersionOf(next) ?? "") as Image, context.cloud);
    if (problems.length > 0) {
        throw badRequest(problems);
    }
    if (mask.includes(image) || mask.includes(packages)) {
        install(next, context);
    }
    return next;
}

/** Changes an environment as the provider does: when a request fails, those before it have had their effect. */
export function patch(wanted: Inputs, old: Inputs, context: Context): void {
    const { labels, pulumiLabels, effectiveLabels, config } = old;
    let current: Inputs = { ...wanted, labels, pulumiLabels, effectiveLabels, config };
    const changed = masks.filter((mask) => mask.some((path) => !isSame(at(wanted.config, path), at(config, path))));
    leaveNetwork(old, context.cloud);
    try {
        for (const mask of changed) {
            current = request(current, wanted, mask, context);
        }
        current = wanted;
    } finally {
        write(current, context);
        enterNetwork(current, context.cloud);
    }
}

/** What a new environment gets once it is there: packages, which no creation may ask for. */
export function complete(state: Inputs, context: Context): void {
    try {
        install(state, context);
    } catch (error) {
        write({ ...state, config: withValue(state.config, packages, undefined) }, context);
        throw error;
    }
}
