import { instanceGroupLimits } from "slipway/facts";
import { secondsIn } from "../../../../../lib/formats";
import type { Context, Inputs, TypeRules } from "../../../rules/rules";
import { regional, regionWait } from "../calls";
import { createdState, generatedNumber, pathIn, requireUnused, sharedRules } from "../loadBalancing/references";
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

/**
 * gRPC has no usual port, which the provider could send.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_health_check.go
 */
function requirePort({ name, grpcHealthCheck, grpcTlsHealthCheck }: Inputs): void {
    const isMissing = ({ port, portName, portSpecification }: Inputs) =>
        !port && (portSpecification === "USE_FIXED_PORT" || !(portSpecification || portName));
    const kind = [grpcHealthCheck, grpcTlsHealthCheck].findIndex((each) => each && isMissing(each));
    if (kind >= 0) {
        throw new Error(
            `error in HealthCheck ${name}: \`port\` must be set for ${["GRPC", "GRPC with TLS"][kind]} health checks\`.`,
        );
    }
}

/** https://cloud.google.com/load-balancing/docs/health-check-concepts: the texts are approximate. */
function verify(inputs: Inputs): void {
    requirePort(inputs);
    verifyPorts(inputs);
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

/** https://cloud.google.com/compute/docs/reference/rest/v1/healthChecks: "Valid values are 1 through 65535." */
function verifyPorts(inputs: Inputs): void {
    for (const kind of Object.keys(kinds)) {
        const { port } = inputs[kind] ?? {};
        if (port > 65_535) {
            throw invalidField(
                `${kind}.port`,
                port,
                "Must be greater than or equal to 1 and less than or equal to 65535.",
            );
        }
    }
}

/** The provider only reaches this check for HTTP, as the block of a resource is never nil in its code. */
function refusedPort({ httpHealthCheck }: Inputs): string | undefined {
    const { port, portName, portSpecification } = httpHealthCheck ?? {};
    const given = `Error in http_health_check: port`;
    switch (portSpecification) {
        case "USE_NAMED_PORT":
            return port
                ? `${given} cannot be specified when using port_specification USE_NAMED_PORT.`
                : portName
                  ? undefined
                  : "Error in http_health_check: Must specify port_name when using USE_NAMED_PORT as port_specification.";
        case "USE_SERVING_PORT":
            return port || portName
                ? `${given}${port ? "" : "_name"} cannot be specified when using port_specification USE_SERVING_PORT.`
                : undefined;
        default:
            return undefined;
    }
}

export const healthCheck: TypeRules = {
    ...sharedRules(collection),
    noun: "HealthCheck",
    generatedNoun: "ComputeHealthCheck",
    cost: "free",
    plan: { healthCheckCustomizeDiff: { refuse: refusedPort } },
    verify,
    state: (inputs, context: Context, old) => ({
        ...createdState(inputs, context, old, collection),
        logConfig: { enable: false, ...inputs.logConfig },
        type: Object.entries(kinds).find(([kind]) => inputs[kind] !== undefined)?.[1] ?? "",
    }),
    remove: (inputs, { cloud }) =>
        requireUnused("health_check", pathIn(collection)(inputs), cloud, "instanceGroupManagers", "backendServices"),
    calls: {
        create: ["compute.healthChecks.insert", "compute.globalOperations.get", "compute.healthChecks.get"],
        read: ["compute.healthChecks.get"],
        update: ["compute.healthChecks.update", "compute.globalOperations.get", "compute.healthChecks.get"],
        delete: ["compute.healthChecks.delete", "compute.globalOperations.get"],
    },
};

export const regionHealthCheck: TypeRules = {
    ...healthCheck,
    noun: "RegionHealthCheck",
    generatedNoun: "ComputeRegionHealthCheck",
    cost: "free",
    state: (inputs, context, old) => ({
        ...healthCheck.state?.(inputs, context, old),
        healthCheckId: generatedNumber(inputs, collection),
    }),
    calls: regional("regionHealthChecks", [
        "compute.regionHealthChecks.update",
        regionWait,
        "compute.regionHealthChecks.get",
    ]),
};
