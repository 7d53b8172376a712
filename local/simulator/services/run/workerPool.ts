import { GoogleError } from "../../cloud/errors";
import { runsAs } from "../../permissions/accounts";
import { type Calls, type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { common, condition } from "./conditions";
import { release, reserve } from "./egress";
import { type Checked, kinds, violation } from "./kind";
import { api, imagesOf, resourcePath } from "./names";
import { areReady, nextRevision, operate, RouteFailure, removeRevisions } from "./revision";
import { changedByUpdates } from "./service";
import type { StartFailure } from "./start";
import { completedTemplate } from "./template";
import { instanceSplits, targetsOf, verifyShares } from "./traffic";
import { verifyCommon, verifyScaling } from "./verify";

const kind = kinds.pool;
const path = (inputs: Inputs) => resourcePath(inputs, "workerPools", inputs.name);

/** https://cloud.google.com/run/docs/configuring/workerpools/manual-scaling */
function verifyInstances(checked: Checked): void {
    const { scalingMode, manualInstanceCount, minInstanceCount, maxInstanceCount } = checked.inputs.scaling ?? {};
    const isManual = scalingMode !== "AUTOMATIC";
    if (isManual && (minInstanceCount || maxInstanceCount)) {
        const rule = "scaling mode must be set to AUTOMATIC to set a minimum or a maximum.";
        throw violation(checked, "scaling", rule);
    }
    if (!isManual && manualInstanceCount) {
        const rule = "scaling mode must be set to MANUAL to set a manual instance count.";
        throw violation(checked, "scaling.manual_instance_count", rule);
    }
}

function verify(inputs: Inputs, context: Context, old?: Inputs): void {
    const checked: Checked = { kind, inputs, isNew: old === undefined };
    verifyScaling(checked, inputs.scaling, "scaling");
    verifyInstances(checked);
    verifyShares(checked, instanceSplits);
    verifyCommon(checked, context);
    nextRevision(kind, inputs, context, old);
}

function state(inputs: Inputs, context: Context, old?: Inputs): Inputs {
    const { cloud } = context;
    const { name, scaling } = inputs;
    const now = cloud.now().toISOString();
    const revision = `${path(inputs)}/revisions/${nextRevision(kind, inputs, context, old).name}`;
    const targets = targetsOf(instanceSplits, inputs);
    return {
        launchStage: "GA",
        ...inputs,
        scaling: { ...(scaling?.scalingMode !== "AUTOMATIC" && { manualInstanceCount: 1 }), ...scaling },
        template: completedTemplate(kind, inputs, cloud),
        instanceSplits: targets,
        instanceSplitStatuses: targets.map(({ percent, type = instanceSplits.latest, revision = "" }) => ({
            percent,
            type,
            revision,
        })),
        conditions: [condition("ConfigurationsReady", now)],
        terminalConditions: [condition("Ready", now)],
        ...common({ ...inputs, name }, path(inputs), cloud, old),
        latestCreatedRevision: revision,
        latestReadyRevision: revision,
    };
}

/** The state of a pool whose revision or split has failed: the ready revisions keep their instances. */
function brokenState(state: Inputs, failure: StartFailure, { cloud }: Context, old?: Inputs): Inputs {
    const now = cloud.now().toISOString();
    const isSplit = failure instanceof RouteFailure;
    const isKept = isSplit || old === undefined || !areReady(cloud, kind, instanceSplits, state);
    return {
        ...(!isSplit && { latestReadyRevision: old?.latestReadyRevision ?? "" }),
        ...(isKept && { instanceSplitStatuses: old?.instanceSplitStatuses ?? [] }),
        conditions: [condition("ConfigurationsReady", now, isSplit ? undefined : failure)],
        terminalConditions: [condition("Ready", now, failure)],
    };
}

const ofPool = ({ template }: Inputs): Calls => imagesOf(template);

export const runWorkerPool: TypeRules = {
    noun: "WorkerPool",
    generatedNoun: "CloudRunV2WorkerPool",
    sendsOnlyChanges: true,
    api,
    actsAs: runsAs(({ template }) => template),
    id: path,
    changesOnUpdate: [...changedByUpdates, "instanceSplitStatuses", "latestCreatedRevision", "latestReadyRevision"],
    alreadyExists: ({ name }) => new GoogleError(409, `Resource '${lastPart(name)}' already exists.`),
    verify,
    operation: {
        run: (inputs, context, old) => operate(kind, instanceSplits, inputs, context, old),
        broken: (state, context, failure, old) => brokenState(state, failure as StartFailure, context, old),
    },
    state,
    afterStore: (state, { cloud }, old) => reserve(kind, state, cloud, old),
    remove: (inputs, { cloud }) => {
        if (inputs.deletionProtection) {
            throw new Error(
                "cannot destroy WorkerPool without setting deletion_protection=false and running `terraform apply`",
            );
        }
        release(kind, inputs, cloud);
        removeRevisions(kind, inputs, cloud);
    },
    calls: { also: { create: ofPool, update: ofPool } },
};
