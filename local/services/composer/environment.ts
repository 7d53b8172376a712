import { composerLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { accountOf, startParts, verifyAccount, verifyAgent } from "./accounts";
import { fillBucket, plainBucket } from "./bucket";
import { refusedTogether } from "./generation";
import { api, badRequest, environmentPath, findEnvironment, fullName, precondition } from "./names";
import { enterNetwork, leaveNetwork } from "./network";
import { complete, patch } from "./patches";
import { firstProblemsOf, legacyProblems, problemsOf } from "./problems";
import * as properties from "./properties";
import { startCluster } from "./quota";
import { environmentState, wantedImage } from "./state";
import { type Image, imageVersionOf, isComposer3, isSameImage, suggested } from "./versions";

/** Regions in which no new environment of Cloud Composer 2 is made. */
const onlyOf3: readonly string[] = composerLimits.rows.composer2.closedRegions;

/** "Enable Cloud Composer 2 dependencies": APIs that its environments need and that do not come with its own. */
const dependencies: Record<string, string> = {
    "artifactregistry.googleapis.com": "Artifact Registry API",
    "cloudbuild.googleapis.com": "Cloud Build API",
    "container.googleapis.com": "Kubernetes Engine API",
    "pubsub.googleapis.com": "Cloud Pub/Sub API",
};

/** The image of a new environment; refused where there is none, or not in this region. */
function imageFor(inputs: Inputs, { cloud }: Context): Image {
    const now = cloud.now();
    const wanted = imageVersionOf(inputs) ?? "";
    const image = wantedImage(inputs, now);
    if (!image) {
        throw badRequest([
            `Unsupported image version for new environment: '${wanted}'. Currently suggested new environment image versions are: ${suggested(now)}.`,
        ]);
    }
    if (image.generation === 2 && onlyOf3.includes(inputs.region)) {
        throw badRequest([
            `Cloud Composer 2 is not supported in the selected region '${inputs.region}'. Based on your input: '${wanted}' you want to create Composer 2 environment. Currently suggested new environment image versions are: ${suggested(now, [3])}.`,
        ]);
    }
    return image;
}

function requireDependencies(project: string, { generation }: Image, cloud: Cloud): void {
    for (const [dependency, title] of generation === 2 ? Object.entries(dependencies) : []) {
        cloud.projects.requireApi(project, dependency, title);
    }
}

function verifyNew(inputs: Inputs, context: Context): void {
    const { cloud } = context;
    const { project, region } = inputs;
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    if (!isRegion(region)) {
        throw new GoogleError(403, `Permission denied on 'locations/${region}' (or it may not exist).`, {
            reason: "forbidden",
        });
    }
    const image = imageFor(inputs, context);
    requireDependencies(project, image, cloud);
    if (!accountOf(inputs)) {
        throw badRequest(["Service account must be specified for new environments."]);
    }
    verifyAgent(inputs, image, cloud);
    verifyAccount(inputs, cloud);
    const state = { ...inputs, ...environmentState(inputs, context) };
    const own = inputs.storageConfig && { storageConfig: { bucket: plainBucket(inputs.storageConfig.bucket) } };
    const problems = [...firstProblemsOf({ ...inputs, ...own }, cloud), ...problemsOf(state, image, cloud)];
    if (problems.length > 0) {
        throw badRequest(problems);
    }
    startCluster(inputs, image, cloud);
    startParts(inputs, cloud);
}

/** In which state an environment is: what somebody told of it, or what goes on with it until a time. */
function stateOf(inputs: Inputs, cloud: Cloud): unknown {
    const { state, pending, until } = cloud.told.of(fullName(environmentPath(inputs)));
    return state ?? (until && cloud.now() < new Date(String(until)) ? pending : "RUNNING");
}

/** Refuses an operation on an environment with which something else goes on, or which is broken. */
export function requireState(inputs: Inputs, cloud: Cloud, doing: string, ...states: string[]): void {
    const found = stateOf(inputs, cloud);
    if (!states.includes(String(found))) {
        throw precondition(
            `Cannot ${doing} environment ${environmentPath(inputs)} in state ${found}. The environment must be in state ${states.join(" or ")}.`,
        );
    }
}

const isOld = (wanted: unknown, found: unknown, inputs: Inputs) =>
    wanted !== found && !isComposer3(imageVersionOf(inputs));

/** Sizes such as `/17` stand for any range of the size. */
const isSameRange = (wanted: unknown, found: unknown) =>
    wanted === found || (/^\/\d+$/.test(String(wanted)) && String(found).endsWith(String(wanted)));

export const environment: TypeRules = {
    noun: "Environment",
    api,
    doing: () => "",
    deleting: () => "",
    id: environmentPath,
    name: (inputs) => fullName(environmentPath(inputs)),
    refused: properties.refused,
    refusedTogether,
    refusedChange: (wanted, found) => {
        const [to, from] = [imageVersionOf(wanted), imageVersionOf(found)];
        return from && !isComposer3(from) && isComposer3(to) ? "upgrade to composer 3 is not yet supported" : undefined;
    },
    replaceWhen: { "config.nodeConfig.network": isOld, "config.nodeConfig.subnetwork": isOld },
    compared: properties.compared,
    same: {
        "config.softwareConfig.imageVersion": isSameImage,
        "config.nodeConfig.ipAllocationPolicy.clusterIpv4CidrBlock": isSameRange,
        "config.nodeConfig.ipAllocationPolicy.servicesIpv4CidrBlock": isSameRange,
    },
    taken: (inputs) =>
        new GoogleError(409, `Resource already exists in the project (resource=${environmentPath(inputs)}).`, {
            reason: "alreadyExists",
        }),
    verify: (inputs, context, old) => {
        if (!old) {
            verifyNew(inputs, context);
            return;
        }
        requireState(inputs, context.cloud, "update", "RUNNING");
        const known = legacyProblems(old);
        const problems = legacyProblems(inputs).filter((problem) => !known.includes(problem));
        if (problems.length > 0) {
            throw badRequest(problems);
        }
    },
    state: environmentState,
    stored: (state, context, old) => {
        if (old) {
            patch(state, old, context);
            return;
        }
        fillBucket(state, context);
        enterNetwork(state, context.cloud);
        complete(state, context);
    },
    pending: (verb, inputs, until, { cloud }) => {
        const name = fullName(environmentPath(inputs));
        const pending = verb === "create" ? "CREATING" : "UPDATING";
        cloud.told.tell(name, inputs.project, { ...cloud.told.of(name), pending, until: until.toISOString() });
    },
    told: { state: "string" },
    refuseRemoval: (state, { cloud }) => requireState(state, cloud, "delete", "RUNNING", "ERROR"),
    // Its bucket stays, whoever made it.
    remove: (state, { cloud }) => {
        leaveNetwork(findEnvironment(cloud, state)?.state ?? state, cloud);
        cloud.store.removeBelow(fullName(environmentPath(state)));
    },
};
