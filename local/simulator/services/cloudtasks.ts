import { cloudTasksLimits, nameFormats } from "slipway/facts";
import { GoogleError } from "../cloud/errors";
import { verifyQuota } from "../cloud/limits";
import { isRegion } from "../cloud/regions";
import { policyTypes } from "../rules/policy";
import type { Context, Inputs, Service, TypeRules } from "../rules/rules";
import { hostOf, verifyRouting } from "./cloudtasks/routing";

const api: [string, string] = ["cloudtasks.googleapis.com", "Cloud Tasks API"];

const path = ({ project, location }: Inputs, name: string) =>
    name.includes("/") ? name : `projects/${project}/locations/${location}/queues/${name}`;
const fullName = (id: string) => `//${api[0]}/${id}`;

const { queues: queueLimit, rate: rateLimit, concurrent: concurrentLimit, deletedName } = cloudTasksLimits.rows;

const retryDefaults = {
    maxAttempts: 100,
    maxBackoff: "3600s",
    maxDoublings: 16,
    maxRetryDuration: "",
    minBackoff: "0.100s",
};

const invalid = (message: string) => new GoogleError(400, message);

const secondsOf = (duration: unknown) => Number(String(duration).replace(/s$/, ""));

function verifyLimits({ rateLimits = {}, retryConfig = {}, stackdriverLoggingConfig }: Inputs): void {
    const { maxDispatchesPerSecond: rate, maxConcurrentDispatches: concurrent } = rateLimits;
    if (rate !== undefined && !(rate > rateLimit.min && rate <= rateLimit.max)) {
        throw invalid(
            `Queue.rate_limits.max_dispatches_per_second must be greater than ${rateLimit.min} and at most ${rateLimit.max}.`,
        );
    }
    if (concurrent !== undefined && !(concurrent >= concurrentLimit.min && concurrent <= concurrentLimit.max)) {
        throw invalid(
            `Queue.rate_limits.max_concurrent_dispatches must be between ${concurrentLimit.min} and ${concurrentLimit.max}.`,
        );
    }
    const { maxAttempts, maxBackoff, minBackoff, maxDoublings, maxRetryDuration } = {
        ...retryDefaults,
        ...retryConfig,
    };
    if (maxAttempts === 0 || maxAttempts < -1) {
        throw invalid("Queue.retry_config.max_attempts must be -1 or greater than 0.");
    }
    for (const [field, duration] of Object.entries({ maxBackoff, minBackoff, maxRetryDuration })) {
        if (duration !== "" && !/^\d+(\.\d{1,9})?s$/.test(duration)) {
            throw invalid(
                `Invalid value at 'queue.retry_config.${field}' (type.googleapis.com/google.protobuf.Duration), "${duration}"`,
            );
        }
    }
    if (secondsOf(minBackoff) > secondsOf(maxBackoff)) {
        throw invalid("Queue.retry_config.min_backoff must be less than or equal to max_backoff.");
    }
    if (maxDoublings < 0) {
        throw invalid("Queue.retry_config.max_doublings must not be negative.");
    }
    const { samplingRatio = 0 } = stackdriverLoggingConfig ?? {};
    if (samplingRatio < 0 || samplingRatio > 1) {
        throw invalid("Queue.stackdriver_logging_config.sampling_ratio must be between 0.0 and 1.0.");
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, location, name, httpTarget } = inputs;
    if (!isRegion(location)) {
        throw invalid(`Location '${location}' is not a valid location. Use ListLocations to list valid locations.`);
    }
    if (!nameFormats.rows.queue.pattern.test(name)) {
        throw invalid(
            "Queue ID must be formatted: letters ([A-Za-z]), numbers ([0-9]), or hyphens (-), and at most 100 characters.",
        );
    }
    if (!old && cloud.blocked.has(fullName(path(inputs, name)))) {
        throw invalid("The queue cannot be created because a queue with this name existed too recently.");
    }
    if (!old) {
        const queues = fullName(`projects/${project}/locations/${location}/queues`);
        verifyQuota(cloud.store, queues, queueLimit.max, "Queues per region", project);
    }
    verifyLimits(inputs);
    verifyRouting(inputs, cloud);
    const { oidcToken, oauthToken } = httpTarget ?? {};
    const account = (oidcToken ?? oauthToken)?.serviceAccountEmail;
    if (account !== undefined && !cloud.iam.hasAccount(account)) {
        throw new GoogleError(
            403,
            `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${account}" (or the resource may not exist).`,
        );
    }
}

/** The burst size, which Cloud Tasks derives from the rate. */
const burst = (rate: number) => Math.min(100, Math.max(10, Math.ceil(rate / 5)));

function rateOf(limits: Inputs = {}): Inputs {
    const { maxDispatchesPerSecond = rateLimit.max, maxConcurrentDispatches = 1000 } = limits;
    return { maxBurstSize: burst(maxDispatchesPerSecond), maxConcurrentDispatches, maxDispatchesPerSecond };
}

/** Defaults of the server for queues with an App Engine target. */
function targetOf({ uriOverride, oauthToken, oidcToken, ...target }: Inputs): Inputs {
    const { pathOverride, queryOverride, ...rest } = uriOverride ?? {};
    const override = uriOverride && {
        scheme: "HTTPS",
        uriOverrideEnforceMode: "ALWAYS",
        ...rest,
        ...(pathOverride && { pathOverride: { path: "", ...pathOverride } }),
        ...(queryOverride && { queryOverride: { queryParams: "", ...queryOverride } }),
    };
    return {
        httpMethod: "HTTP_METHOD_UNSPECIFIED",
        ...target,
        ...(override && { uriOverride: override }),
        ...(oauthToken && { oauthToken: { scope: "https://www.googleapis.com/auth/cloud-platform", ...oauthToken } }),
        ...(oidcToken && { oidcToken: { audience: "", ...oidcToken } }),
    };
}

const queue: TypeRules = {
    noun: "Queue",
    generatedNoun: "CloudTasksQueue",
    sendsOnlyChanges: true,
    cost: "unknown",
    api: api[0],
    id: (inputs) => path(inputs, inputs.name),
    changesOnUpdate: ["state"],
    alreadyExists: () => new GoogleError(409, "Queue already exists"),
    verify,
    state: (inputs, { cloud }) => {
        const { desiredState = "RUNNING", rateLimits, retryConfig, appEngineRoutingOverride, httpTarget } = inputs;
        return {
            rateLimits: rateOf(rateLimits),
            retryConfig: { ...retryDefaults, ...retryConfig },
            state: desiredState,
            ...(appEngineRoutingOverride && {
                appEngineRoutingOverride: { ...appEngineRoutingOverride, host: hostOf(inputs, cloud) },
            }),
            ...(httpTarget && { httpTarget: targetOf(httpTarget) }),
        };
    },
    remove: (inputs, { cloud }) =>
        cloud.blocked.reserve(fullName(path(inputs, inputs.name)), inputs.project, deletedName.max),
};

const service: Service = {
    titles: Object.fromEntries([api]),
    types: {
        "gcp:cloudtasks/queue:Queue": queue,
        ...policyTypes({
            token: "gcp:cloudtasks/queueIam",
            property: "name",
            api,
            id: (inputs) => path(inputs, inputs.name),
            name: (inputs) => fullName(path(inputs, inputs.name)),
            describe: (inputs) => `cloudtasks queue "${path(inputs, inputs.name)}"`,
            missing: () => new GoogleError(404, "Requested entity was not found."),
        }),
    },
};

export default service;
