import { cloudRunJobLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import { runsAs } from "../../permissions/accounts";
import { type Calls, type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { common, condition } from "./conditions";
import { release, reserve } from "./egress";
import { type Checked, kinds, violation } from "./kind";
import { api, imagesOf, resourcePath, serviceName } from "./names";
import { changedByUpdates, duration } from "./service";
import { StartFailure, start } from "./start";
import { completedTemplate } from "./template";
import { verifyCommon, verifyTimeout } from "./verify";

const kind = kinds.job;
const path = (inputs: Inputs) => resourcePath(inputs, "jobs", inputs.name);
const limits = cloudRunJobLimits.rows;

/** The token of the execution that a creation or update starts, and whether it waits for its end. */
const tokenOf = ({ runExecutionToken, startExecutionToken }: Inputs): string | undefined =>
    runExecutionToken || startExecutionToken || undefined;

/** Whether a creation or update starts an execution: once for each token. */
const isExecuted = (inputs: Inputs, old?: Inputs): boolean => {
    const token = tokenOf(inputs);
    return token !== undefined && token !== (old && tokenOf(old));
};

/** The path of the execution that a token starts. */
const executionPath = (inputs: Inputs) => `${path(inputs)}/executions/${inputs.name}-${tokenOf(inputs)}`;

const usesGpu = ({ containers = [] }: Inputs): boolean =>
    containers.some(({ resources }: Inputs) => resources?.limits?.["nvidia.com/gpu"] !== undefined);

function verify(inputs: Inputs, context: Context, old?: Inputs): void {
    const checked: Checked = { kind, inputs, isNew: old === undefined };
    const { taskCount = 1, parallelism = 0, template } = inputs.template;
    const { maxRetries = 3, timeout = "600s" } = template;
    if (!(taskCount >= 0 && taskCount <= limits.tasks.max)) {
        const rule = `must be a number between 0 and ${limits.tasks.max}.`;
        throw violation(checked, "template.task_count", rule);
    }
    if (parallelism < 0) {
        throw violation(checked, "template.parallelism", "must not be negative.");
    }
    if (!(maxRetries >= limits.retries.min && maxRetries <= limits.retries.max)) {
        const rule = `must be a number between ${limits.retries.min} and ${limits.retries.max}.`;
        throw violation(checked, "template.template.max_retries", rule);
    }
    if (usesGpu(template)) {
        verifyTimeout(checked, timeout, limits.gpuTaskTimeout.max, "one hour when using GPU");
    }
    verifyTimeout(checked, timeout, secondsIn(limits.taskTimeout.max), "168 hours");
    const token = tokenOf(inputs);
    if (token !== undefined && inputs.name.length + token.length > limits.executionName.max) {
        const field = inputs.runExecutionToken ? "run_execution_token" : "start_execution_token";
        const rule = `the sum of job name and token length must be fewer than ${limits.executionName.max + 1} characters.`;
        throw violation(checked, field, rule);
    }
    if (token !== undefined && !/^[a-z\d](?:[a-z\d-]*[a-z\d])?$/.test(token)) {
        throw violation(checked, "execution_token", "must consist of lowercase letters, digits and hyphens.");
    }
    verifyCommon(checked, context);
}

function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const { template } = inputs;
    const now = cloud.now().toISOString();
    const execution = { name: executionPath(inputs), createTime: now, completionTime: now };
    const isNew = isExecuted(inputs, old);
    return {
        launchStage: "GA",
        ...inputs,
        template: {
            parallelism: 0,
            taskCount: 1,
            ...template,
            template: completedTemplate(kind, inputs, cloud),
        },
        conditions: [condition("ResourcesAvailable", now)],
        terminalConditions: [condition("Ready", now)],
        ...common(inputs, path(inputs), cloud, old),
        executionCount: (old?.executionCount ?? 0) + (isNew ? 1 : 0),
        latestCreatedExecutions: isNew ? [execution] : (old?.latestCreatedExecutions ?? []),
    };
}

/** The calls for a job: a new token starts an execution. */
const ofJob = ({ template, runExecutionToken, startExecutionToken }: Inputs, _: Context, old?: Inputs): Calls => {
    const token = runExecutionToken || startExecutionToken;
    const isNew = token && token !== (old?.runExecutionToken || old?.startExecutionToken);
    return [...imagesOf(template?.template), ...(isNew ? ["run.projects.locations.jobs.run"] : [])];
};

export const runJob: TypeRules = {
    noun: "Job",
    generatedNoun: "CloudRunV2Job",
    sendsOnlyChanges: true,
    api,
    actsAs: runsAs(({ template }) => template?.template),
    id: path,
    validators: { "template.template.timeout": duration("template.0.template.0.timeout") },
    changesOnUpdate: [...changedByUpdates, "executionCount", "latestCreatedExecutions"],
    alreadyExists: ({ name }) => new GoogleError(409, `Resource '${lastPart(name)}' already exists.`),
    verify,
    operation: {
        run: (inputs, context, old) => {
            start(kind, inputs, context);
            const tasks = inputs.template.taskCount ?? 1;
            // The operation waits for the end of such an execution: local/simulator/services/run/README.md says which ones fail.
            if (context.containersFail && inputs.runExecutionToken && isExecuted(inputs, old)) {
                const execution = lastPart(executionPath(inputs));
                throw new StartFailure(
                    9,
                    `Execution ${execution} has failed to complete, 0/${tasks} tasks were a success.`,
                );
            }
        },
        broken: (_, { cloud }, failure) => {
            const now = cloud.now().toISOString();
            const conditions = [condition("ResourcesAvailable", now, failure as StartFailure)];
            return { conditions, terminalConditions: [condition("Ready", now, failure as StartFailure)] };
        },
    },
    state,
    afterStore: (state, { cloud }, old) => {
        reserve(kind, state, cloud, old);
        if (isExecuted(state, old)) {
            const id = executionPath(state);
            const [execution] = state.latestCreatedExecutions;
            cloud.store.write({ name: serviceName(id), project: state.project, id, state: { ...execution } });
        }
    },
    remove: (inputs, { cloud }) => {
        if (inputs.deletionProtection) {
            throw new Error(
                "cannot destroy job without setting deletion_protection=false and running `terraform apply`",
            );
        }
        release(kind, inputs, cloud);
        cloud.store.removeBelow(`${serviceName(path(inputs))}/`);
    },
    calls: { also: { create: ofJob, update: ofJob } },
};
