import { cloudRunLimits, functionLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

/** https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#ServiceConfig */
export function verifyService({ serviceConfig = {}, buildConfig = {}, eventTrigger, name }: Inputs): void {
    const { timeoutSeconds, minInstanceCount = 0, maxInstanceCount, maxInstanceRequestConcurrency } = serviceConfig;
    const refuse = (reason: string) => new GoogleError(400, `Could not create or update function ${name}: ${reason}.`);
    const { min, max } = eventTrigger ? functionLimits.rows.eventTimeout : functionLimits.rows.httpTimeout;
    const timeout = timeoutSeconds || 60;
    if (timeout < secondsIn(min) || timeout > secondsIn(max)) {
        throw refuse(`timeout_seconds ${timeout} must be from ${secondsIn(min)} to ${secondsIn(max)}`);
    }
    if (minInstanceCount < 0 || (maxInstanceCount && minInstanceCount > maxInstanceCount)) {
        throw refuse(`min_instance_count ${minInstanceCount} must be from 0 to max_instance_count ${maxInstanceCount}`);
    }
    const { concurrency } = cloudRunLimits.rows;
    if (maxInstanceRequestConcurrency < 0 || maxInstanceRequestConcurrency > concurrency.max) {
        throw refuse(
            `max_instance_request_concurrency ${maxInstanceRequestConcurrency} must be from ${concurrency.min} to ${concurrency.max}`,
        );
    }
    verifyResources(serviceConfig, refuse);
    verifyVariables(
        serviceConfig.environmentVariables ?? {},
        ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"],
        refuse,
    );
    verifyVariables(buildConfig.environmentVariables ?? {}, buildVariables, refuse);
}

/** https://github.com/twistedpair/google-cloud-sdk/blob/master/google-cloud-sdk/lib/googlecloudsdk/command_lib/functions/v1/deploy/env_vars_util.py */
const buildVariables = ["GOOGLE_ENTRYPOINT", "GOOGLE_FUNCTION_TARGET", "GOOGLE_RUNTIME", "GOOGLE_RUNTIME_VERSION"];

/** "Supported units are k, M, G, Mi, Gi. If no unit is supplied the value is interpreted as bytes." */
function verifyResources({ availableMemory, availableCpu }: Inputs, refuse: (reason: string) => Error): void {
    if (availableMemory && !/^\d+(\.\d+)?(k|M|G|Ki|Mi|Gi)?$/.test(availableMemory)) {
        throw refuse(`available_memory ${availableMemory} is not a quantity such as 256M or 1Gi`);
    }
    if (availableCpu && !/^(\d+(\.\d+)?|\d+m)$/.test(availableCpu)) {
        throw refuse(`available_cpu ${availableCpu} is not a number of CPUs such as 1 or 0.583`);
    }
}

/** https://cloud.google.com/functions/docs/configuring/env-var */
function verifyVariables(
    variables: Record<string, string>,
    reserved: string[],
    refuse: (reason: string) => Error,
): void {
    const taken = Object.keys(variables).find((name) => reserved.includes(name) || name.startsWith("X_GOOGLE_"));
    if (taken) {
        throw refuse(`the environment variable ${taken} is reserved`);
    }
    const wrong = Object.keys(variables).find((name) => name === "" || name.includes("="));
    if (wrong !== undefined) {
        throw refuse(`the name of the environment variable "${wrong}" must not be empty or have "="`);
    }
}
