import { cloudSchedulerLimits, nameFormats } from "slipway/facts";
import { isCron, isTimeZone, parseAppEngineSchedule, secondsIn } from "../../../lib/formats";
import { GoogleError } from "../cloud/errors";
import { verifyQuota } from "../cloud/limits";
import { isRegion } from "../cloud/regions";
import type { Inputs, Service, TypeRules } from "../rules/rules";
import { refusedTokens, verifyTarget } from "./scheduler/target";

const api = "cloudscheduler.googleapis.com";

const limits = cloudSchedulerLimits.rows;

const path = ({ project, region, name }: Inputs) => `projects/${project}/locations/${region}/jobs/${name}`;

/** Defaults of the API if retries are configured: "RetryConfig". */
export const retryDefaults = {
    retryCount: 0,
    maxRetryDuration: "0s",
    minBackoffDuration: "5s",
    maxBackoffDuration: "3600s",
    maxDoublings: 5,
};

function verifyDuration(field: string, value: string | undefined, min: number, max: number): void {
    if (value === undefined) {
        return;
    }
    if (!/^\d+(\.\d{1,9})?s$/.test(value)) {
        throw new GoogleError(
            400,
            `Invalid value at 'job.${field}' (type.googleapis.com/google.protobuf.Duration), "${value}"`,
        );
    }
    const seconds = Number(value.slice(0, -1));
    if (seconds < min || seconds > max) {
        throw new GoogleError(400, `Job.${field} must be between [${min}s, ${max}s].`);
    }
}

function verifyTimes({ attemptDeadline, retryConfig = {}, httpTarget, appEngineHttpTarget }: Inputs): void {
    if (httpTarget || appEngineHttpTarget) {
        const { min, max } = httpTarget ? limits.attemptDeadline : limits.appEngineDeadline;
        verifyDuration("attempt_deadline", attemptDeadline, secondsIn(min), secondsIn(max));
    }
    const { retryCount = 0, maxDoublings = 0, minBackoffDuration, maxBackoffDuration, maxRetryDuration } = retryConfig;
    if (retryCount < limits.retries.min || retryCount > limits.retries.max) {
        throw new GoogleError(
            400,
            `Job.retry_config.retry_count must be between [${limits.retries.min}, ${limits.retries.max}].`,
        );
    }
    if (maxDoublings < 0) {
        throw new GoogleError(400, "Job.retry_config.max_doublings must not be negative.");
    }
    verifyDuration("retry_config.min_backoff_duration", minBackoffDuration, 0, Number.POSITIVE_INFINITY);
    verifyDuration("retry_config.max_backoff_duration", maxBackoffDuration, 0, Number.POSITIVE_INFINITY);
    verifyDuration("retry_config.max_retry_duration", maxRetryDuration, 0, Number.POSITIVE_INFINITY);
    const { minBackoffDuration: min, maxBackoffDuration: max } = { ...retryDefaults, ...retryConfig };
    if (Number.parseFloat(min) > Number.parseFloat(max)) {
        throw new GoogleError(400, "Job.retry_config.min_backoff_duration must not exceed max_backoff_duration.");
    }
}

const job: TypeRules = {
    noun: "Job",
    generatedNoun: "CloudSchedulerJob",
    api,
    // https://cloud.google.com/scheduler/docs/http-target-auth
    actsAs: {
        accounts: ({ httpTarget }) => [(httpTarget?.oidcToken ?? httpTarget?.oauthToken)?.serviceAccountEmail],
        refusal: (account) =>
            new GoogleError(
                403,
                `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${account}" (or the resource may not exist).`,
            ),
    },
    id: path,
    validators: {
        "appEngineHttpTarget.body": refusedBase64("app_engine_http_target.0.body"),
        "httpTarget.body": refusedBase64("http_target.0.body"),
        "pubsubTarget.data": refusedBase64("pubsub_target.0.data"),
    },
    plan: { validateAuthHeaders: { refuse: refusedTokens } },
    changesOnUpdate: ["state"],
    alreadyExists: (inputs) => new GoogleError(409, `Job ${path(inputs)} already exists.`),
    verify: (inputs, { cloud }, old) => {
        const { name, region, schedule = "", timeZone, description = "" } = inputs;
        if (!region) {
            throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
        }
        if (!isRegion(region)) {
            throw new GoogleError(
                400,
                `Location '${region}' is not a valid location. Use ListLocations to list valid locations.`,
            );
        }
        if (!nameFormats.rows.schedulerJob.pattern.test(name)) {
            throw new GoogleError(
                400,
                'Job name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/jobs/<JOB_ID>".',
            );
        }
        if (description.length > limits.description.max) {
            throw new GoogleError(400, `Job.description must not be longer than ${limits.description.max} characters.`);
        }
        if (!(isCron(schedule) || parseAppEngineSchedule(schedule)) || !isTimeZone(timeZone)) {
            throw new GoogleError(400, "Schedule or time zone is invalid.");
        }
        if (!old) {
            const { project } = inputs;
            const jobs = `//${api}/projects/${project}/locations/${region}/jobs`;
            verifyQuota(cloud.store, jobs, limits.jobs.max, "Jobs per region", project);
        }
        verifyTimes(inputs);
        verifyTarget(inputs, cloud);
    },
    state: ({ paused = false, retryConfig, httpTarget, pubsubTarget }) => ({
        paused,
        state: paused ? "PAUSED" : "ENABLED",
        ...(retryConfig && { retryConfig: storedRetry(retryConfig) }),
        // The API ignores the deadline of messages, and can return none:
        // https://github.com/hashicorp/terraform-provider-google/issues/24894.
        ...(pubsubTarget && { attemptDeadline: "0s" }),
        ...(httpTarget && { httpTarget: withDefaults(httpTarget) }),
    }),
    calls: {
        also: {
            create: ({ paused }) => (paused ? ["cloudscheduler.projects.locations.jobs.pause"] : []),
            update: ({ paused }, _, old) =>
                Boolean(paused) === Boolean(old?.paused)
                    ? []
                    : [`cloudscheduler.projects.locations.jobs.${paused ? "pause" : "resume"}`],
        },
    },
};

/**
 * The stored retry configuration. The provider sends no zeros
 * ({@link https://github.com/hashicorp/terraform-provider-google/issues/25051}), and without other values no configuration, of
 * which the API then stores none
 * ({@link https://github.com/GoogleCloudPlatform/k8s-config-connector/tree/master/pkg/test/resourcefixture/testdata/basic/cloudscheduler
 * a recording}).
 */
function storedRetry(retryConfig: Inputs): Inputs | undefined {
    const sent = Object.entries(retryConfig).filter(([, value]) => value !== 0);
    return sent.length === 0 ? undefined : { ...retryDefaults, ...Object.fromEntries(sent) };
}

/** The default audience of a token. */
function withDefaults({ uri, oauthToken, oidcToken, ...rest }: Inputs): Inputs {
    return {
        uri,
        ...rest,
        ...(oauthToken && { oauthToken: { scope: "https://www.googleapis.com/auth/cloud-platform", ...oauthToken } }),
        ...(oidcToken && { oidcToken: { audience: uri, ...oidcToken } }),
    };
}

function refusedBase64(property: string): (value: string) => string | undefined {
    return (value) =>
        Buffer.from(value, "base64").toString("base64") === value
            ? undefined
            : `could not decode "${property}" as a valid base64 value. Please use the terraform base64 functions such as base64encode() or filebase64() to supply a valid base64 string`;
}

const service: Service = {
    titles: { [api]: "Cloud Scheduler API" },
    types: { "gcp:cloudscheduler/job:Job": job },
};

export default service;
