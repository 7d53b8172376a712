import { composerLimits, composerQuotas } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { lastPart } from "../../rules/rules";
import { accountOf, startEnvironment, verifyAccount, verifyAgent, verifySharedVpc } from "./accounts";
import { fillBucket, plainBucket } from "./bucket";
import { generationError } from "./generation";
import { api, badRequest, environmentPath, environmentsOf, findEnvironment, fullName, precondition } from "./names";
import { networkOf, releaseSubnetwork, reserveSubnetwork } from "./network";
import { complete, patch } from "./patches";
import { creationProblems, legacyProblems, problemsOf } from "./problems";
import { validators } from "./properties";
import { environmentState, wantedImage } from "./state";
import { type Image, imageVersionOf, isComposer3, isSameImage, suggested } from "./versions";

/** Regions that do not support new Cloud Composer 2 environments. */
const onlyOf3: readonly string[] = composerLimits.rows.composer2.closedRegions;

/** "Enable Cloud Composer 2 dependencies": required APIs that are not enabled with its own. */
const dependencies: Record<string, string> = {
    "artifactregistry.googleapis.com": "Artifact Registry API",
    "cloudbuild.googleapis.com": "Cloud Build API",
    "container.googleapis.com": "Kubernetes Engine API",
    "pubsub.googleapis.com": "Cloud Pub/Sub API",
};

/** The image of a new environment; throws if it is unknown or not available in the region. */
function imageFor(inputs: Inputs, { cloud }: Context): Image {
    const now = cloud.now();
    const desired = imageVersionOf(inputs) ?? "";
    const image = wantedImage(inputs, now);
    if (!image) {
        throw badRequest([
            `Unsupported image version for new environment: '${desired}'. Currently suggested new environment image versions are: ${suggested(now)}.`,
        ]);
    }
    if (image.generation === 2 && onlyOf3.includes(inputs.region)) {
        throw badRequest([
            `Cloud Composer 2 is not supported in the selected region '${inputs.region}'. Based on your input: '${desired}' you want to create Composer 2 environment. Currently suggested new environment image versions are: ${suggested(now, ({ generation }) => generation === 3)}.`,
        ]);
    }
    return image;
}

function requireDependencies(project: string, { generation }: Image, cloud: Cloud): void {
    for (const [dependency, title] of generation === 2 ? Object.entries(dependencies) : []) {
        cloud.projects.requireApi(project, dependency, title);
    }
}

const quotaLimit = composerQuotas.rows.instanceGroupManagers.max;
const quotaOfEnvironment = composerQuotas.rows.ofEnvironment.max;

/**
 * Fails at the end of the creation, like an environment whose cluster cannot be created; the provider then deletes it.
 */
function startCluster({ project, region }: Inputs, { generation }: Image, cloud: Cloud): void {
    const others = environmentsOf(cloud, project).filter(
        ({ state }) => state.region === region && !isComposer3(imageVersionOf(state)),
    );
    const available = quotaLimit - others.length * quotaOfEnvironment;
    if (generation === 2 && available < quotaOfEnvironment) {
        throw new OperationError(
            7,
            `CREATE operation failed. Could not trigger cluster creation: Insufficient regional quota to satisfy request: resource "INSTANCE_GROUP_MANAGERS": request requires '${quotaOfEnvironment}.0' and is short '${quotaOfEnvironment - available}.0'. project has a quota of '${quotaLimit}.0' with '${available}.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${project}`,
        );
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
    verifySharedVpc(inputs, networkOf(inputs, cloud).network?.project ?? inputs.project, cloud);
    verifyAccount(inputs, cloud);
    const state = { ...inputs, ...environmentState(inputs, context) };
    const own = inputs.storageConfig && { storageConfig: { bucket: plainBucket(inputs.storageConfig.bucket) } };
    const problems = [...creationProblems({ ...inputs, ...own }, cloud), ...problemsOf(state, image, cloud)];
    if (problems.length > 0) {
        throw badRequest(problems);
    }
    startCluster(inputs, image, cloud);
    startEnvironment(inputs, cloud);
}

/** The state of an environment: simulated, or that of a pending operation. */
function stateOf(inputs: Inputs, cloud: Cloud): unknown {
    const { state, pending, until } = cloud.simulated.of(fullName(environmentPath(inputs)));
    return state ?? (until && cloud.now() < new Date(String(until)) ? pending : "RUNNING");
}

/** Throws if an environment is in another state. */
export function requireState(inputs: Inputs, cloud: Cloud, doing: string, ...states: string[]): void {
    const found = stateOf(inputs, cloud);
    if (!states.includes(String(found))) {
        throw precondition(
            `Cannot ${doing} environment ${environmentPath(inputs)} in state ${found}. The environment must be in state ${states.join(" or ")}.`,
        );
    }
}

const isOld = (desired: unknown, found: unknown, inputs: Inputs) =>
    desired !== found && !isComposer3(imageVersionOf(inputs));

export const environment: TypeRules = {
    noun: "Environment",
    api,
    // https://cloud.google.com/composer/docs/composer-3/access-control#composer-manage-environments
    actsAs: {
        accounts: ({ config }) => [config?.nodeConfig?.serviceAccount && lastPart(config.nodeConfig.serviceAccount)],
        refusal: (account) =>
            new GoogleError(
                403,
                `User not authorized to act as service account '${account}'. The user must be granted iam.serviceAccounts.actAs permission, included in Owner, Editor, Service Account User role. See https://cloud.google.com/iam/docs/understanding-service-accounts for additional details.`,
                { reason: "forbidden" },
            ),
    },
    errorPrefix: () => "",
    deleteErrorPrefix: () => "",
    id: environmentPath,
    name: (inputs) => fullName(environmentPath(inputs)),
    validators,
    plan: {
        'customdiff.ValidateChange("config.0.software_config.0.image_version", imageVersionChangeValidationFunc)': {
            refuse: (desired, found) => {
                const [to, from] = [imageVersionOf(desired), found && imageVersionOf(found)];
                return from && to && !isComposer3(from) && isComposer3(to)
                    ? "upgrade to composer 3 is not yet supported"
                    : undefined;
            },
        },
        versionValidationCustomizeDiffFunc: { refuse: generationError },
        ...Object.fromEntries(
            ["network", "subnetwork"].map((name) => {
                const path = `"config.0.node_config.0.${name}"`;
                const rule = { replaceWhen: { [`config.nodeConfig.${name}`]: isOld } };
                return [`customdiff.ForceNewIf(${path}, forceNewIfNotComposer3CustomDiff(${path}))`, rule];
            }),
        ),
    },
    same: { "config.softwareConfig.imageVersion": isSameImage },
    alreadyExists: (inputs) =>
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
    afterStore: (state, context, old) => {
        if (old) {
            patch(state, old, context);
            return;
        }
        fillBucket(state, context);
        reserveSubnetwork(state, context.cloud);
        complete(state, context);
    },
    pending: (verb, inputs, until, { cloud }) => {
        const name = fullName(environmentPath(inputs));
        const pending = verb === "create" ? "CREATING" : "UPDATING";
        cloud.simulated.set(name, inputs.project, { ...cloud.simulated.of(name), pending, until: until.toISOString() });
    },
    simulated: { state: "string" },
    verifyRemoval: (state, { cloud }) => requireState(state, cloud, "delete", "RUNNING", "ERROR"),
    // The bucket is kept, whoever created it.
    remove: (state, { cloud }) => {
        releaseSubnetwork(findEnvironment(cloud, state)?.state ?? state, cloud);
        cloud.store.removeBelow(fullName(environmentPath(state)));
    },
};
