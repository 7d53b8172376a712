import { GoogleError } from "../../cloud/errors";
import { runsAs } from "../../permissions/accounts";
import type { Calls, Context, Inputs, TypeRules } from "../../rules/rules";
import { release, reserve } from "./egress";
import { type Checked, kinds } from "./kind";
import { api, imagesOf, serviceName, servicePath } from "./names";
import { nextRevision, operate, removeRevisions } from "./revision";
import type { StartFailure } from "./start";
import { brokenState, state } from "./state";
import { traffic, verifyShares } from "./traffic";
import { verifyCommon, verifyRequests, verifyScaling, verifyUtilization } from "./verify";
import { forgetProxy, proxyApi, updateProxy } from "./webProxy";

const kind = kinds.service;
const path = (inputs: Inputs) => servicePath(inputs, inputs.name);

/** The provider's validation of durations. */
export const duration = (field: string) => (timeout: string) =>
    /^[0-9]+(?:\.[0-9]{1,9})?s$/.test(timeout)
        ? undefined
        : `"${field}" (${JSON.stringify(timeout)}) doesn't match regexp "^[0-9]+(?:\\\\.[0-9]{1,9})?s$"`;

/** Computed properties that each update of a service, a job or a worker pool changes. */
export const changedByUpdates = ["conditions", "etag", "generation", "lastModifier", "observedGeneration"].concat(
    "terminalConditions",
    "updateTime",
);

function verify(inputs: Inputs, context: Context, old?: Inputs): void {
    const checked: Checked = { kind, inputs, isNew: old === undefined };
    verifyScaling(checked, inputs.template.scaling, "template.scaling");
    verifyUtilization(checked, inputs.template.scaling);
    verifyScaling(checked, inputs.scaling, "scaling", old?.scaling);
    verifyRequests(checked);
    verifyShares(checked, traffic);
    verifyCommon(checked, context);
    if (inputs.iapEnabled) {
        context.cloud.projects.requireApi(inputs.project, ...proxyApi);
    }
    nextRevision(kind, inputs, context, old);
}

/** The calls for a service: to disable the check of invokers is to open its policy. */
const ofService = ({ template, invokerIamDisabled }: Inputs): Calls => [
    ...imagesOf(template),
    ...(invokerIamDisabled ? ["run.projects.locations.services.disableInvokerIam"] : []),
];

export const runService: TypeRules = {
    noun: "Service",
    generatedNoun: "CloudRunV2Service",
    sendsOnlyChanges: true,
    api,
    actsAs: runsAs(({ template }) => template),
    id: path,
    validators: { "template.timeout": duration("template.0.timeout") },
    changesOnUpdate: [...changedByUpdates, "latestCreatedRevision", "latestReadyRevision", "trafficStatuses"],
    alreadyExists: () => new GoogleError(409, "Resource already exists."),
    verify,
    operation: {
        run: (inputs, context, old) => operate(kind, traffic, inputs, context, old),
        broken: (state, context, failure, old) => brokenState(state, failure as StartFailure, context, old),
    },
    state,
    afterStore: (state, context, old) => {
        reserve(kind, state, context.cloud, old);
        updateProxy(state, context);
    },
    remove: (inputs, { cloud }) => {
        if (inputs.deletionProtection) {
            throw new Error(
                "cannot destroy service without setting deletion_protection=false and running `terraform apply`",
            );
        }
        release(kind, inputs, cloud);
        removeRevisions(kind, inputs, cloud);
        forgetProxy(serviceName(path(inputs)), cloud);
    },
    calls: { also: { create: ofService, update: ofService } },
};
