import { instanceGroupLimits } from "slipway/facts";
import { secondsIn } from "slipway/formats";
import type { Context, Inputs, TypeRules } from "../../../rules/rules";
import { createdState, pathIn, requireUnused, sharedRules } from "../loadBalancing/references";
import { invalidField } from "../names";

const collection = "healthChecks";

const kinds = {
    grpcHealthCheck: "GRPC",
    grpcTlsHealthCheck: "GRPC_WITH_TLS",
    http2HealthCheck: "HTTP2",
    httpHealthCheck: "HTTP",
    httpsHealthCheck: "HTTPS",
    sslHealthCheck: "SSL",
    tcpHealthCheck: "TCP",
} as const;

const { checkInterval, checkThreshold } = instanceGroupLimits.rows;

/** https://cloud.google.com/load-balancing/docs/health-check-concepts: the texts are approximate. */
function verify(inputs: Inputs): void {
    const { checkIntervalSec = 5, timeoutSec = 5 } = inputs;
    const [min, max] = [secondsIn(checkInterval.min), secondsIn(checkInterval.max)];
    for (const [field, value] of Object.entries({ checkIntervalSec, timeoutSec })) {
        if (value < min || value > max) {
            throw invalidField(
                field,
                value,
                `Must be greater than or equal to ${min} and less than or equal to ${max}.`,
            );
        }
    }
    if (timeoutSec > checkIntervalSec) {
        throw invalidField("timeoutSec", timeoutSec, "TimeoutSec should be less than checkIntervalSec.");
    }
    for (const field of ["healthyThreshold", "unhealthyThreshold"]) {
        const value = inputs[field] ?? 2;
        if (value < checkThreshold.min || value > checkThreshold.max) {
            const range = `Must be greater than or equal to ${checkThreshold.min} and less than or equal to ${checkThreshold.max}.`;
            throw invalidField(field, value, range);
        }
    }
}

export const healthCheck: TypeRules = {
    ...sharedRules(collection),
    noun: "HealthCheck",
    generatedNoun: "ComputeHealthCheck",
    verify,
    state: (inputs, context: Context, old) => ({
        ...createdState(inputs, context, old, collection),
        logConfig: { enable: false, ...inputs.logConfig },
        type: Object.entries(kinds).find(([kind]) => inputs[kind] !== undefined)?.[1] ?? "",
    }),
    remove: (inputs, { cloud }) =>
        requireUnused("health_check", pathIn(collection)(inputs), cloud, "instanceGroupManagers", "backendServices"),
};
