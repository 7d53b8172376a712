import type { ServiceArgs } from "@pulumi/gcp/cloudrunv2/service";
import type { TriggerArgs } from "@pulumi/gcp/eventarc/trigger";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { eventSource } from "../iam/serverless/events";
import type { AccountReference } from "../iam/serviceAccount";
import { inSeconds } from "../internal/duration";
import type { Ingress } from "../internal/ingress";
import { binaryAuthorizationArgs, environmentArgs, type RunWorkload, templateArgs } from "./definition";
import { probeArgs, readinessArgs } from "./health";
import type { ServiceTrigger } from "./serviceArguments";
import type { ResolvedArgs } from "./serviceResolveArgs";

const ingressValues: Record<Ingress, string> = {
    internal: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    "load-balancer": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
    all: "INGRESS_TRAFFIC_ALL",
};

/** The arguments of the service resource in a region, but the name of the revision and its traffic. */
export function serviceArgs(
    args: ResolvedArgs,
    workload: RunWorkload,
    account: AccountReference,
    region: string,
    environment: Environment,
) {
    return {
        name: args.name,
        location: region,
        project: environment.project,
        description: args.description,
        ingress: ingressValues[args.ingress],
        // Without them the API's own values would show as changes after a refresh.
        invokerIamDisabled: args.public,
        defaultUriDisabled: !args.defaultUrl,
        iapEnabled: args.iap !== undefined,
        customAudiences: args.customAudiences,
        binaryAuthorization: binaryAuthorizationArgs(args),
        // Google has readiness probes only in preview.
        launchStage: args.health.readiness === undefined ? undefined : "BETA",
        labels: args.labels,
        scaling: serviceScaling(args),
        template: template(args, workload, account, region, environment),
        deletionProtection: environment.defaults.protect,
    } satisfies ServiceArgs;
}

function template(
    args: ResolvedArgs,
    workload: RunWorkload,
    account: AccountReference,
    region: string,
    environment: Environment,
) {
    const { health, port, http2, cpuAlways, startupBoost, scaling } = args;
    const { containers, ...common } = templateArgs(workload, account, args.networks[region], environment);
    const all = containers.map((container, index) => ({
        ...container,
        resources: { ...container.resources, cpuIdle: !cpuAlways, startupCpuBoost: startupBoost },
        livenessProbe: probeArgs(workload.containers[index]?.health.liveness, index === 0 ? port : undefined),
        ...(index === 0 && {
            // The API returns the name of the protocol.
            ports: { containerPort: port, name: http2 ? "h2c" : "http1" },
            readinessProbe: readinessArgs(health.readiness, port),
        }),
    }));
    return {
        containers: all,
        ...common,
        ...environmentArgs(workload, args.executionEnvironment),
        labels: args.labels,
        maxInstanceRequestConcurrency: scaling.concurrency,
        sessionAffinity: args.sessionAffinity,
        timeout: inSeconds(args.timeout),
        // A maximum that is not set would show as a change: Cloud Run calculates one from the project's quota.
        scaling: { minInstanceCount: scaling.revision.min, maxInstanceCount: scaling.revision.max },
    };
}

function serviceScaling({ scaling }: ResolvedArgs) {
    return scaling.instances === undefined
        ? { scalingMode: "AUTOMATIC", minInstanceCount: scaling.min, maxInstanceCount: scaling.max }
        : { scalingMode: "MANUAL", manualInstanceCount: scaling.instances };
}

/** The arguments of an Eventarc trigger of the service in a region. */
export function triggerArgs(
    name: string,
    { path, ...events }: ServiceTrigger,
    service: { name: pulumi.Input<string>; region: string },
    { account, labels }: { account: pulumi.Input<string>; labels: ResolvedArgs["labels"] },
    { project }: Environment,
): TriggerArgs {
    const { location, type, topic, filters = [] } = eventSource(events as ServiceTrigger, service.region);
    return {
        name,
        project,
        location,
        serviceAccount: account,
        matchingCriterias: [{ attribute: "type", value: type }, ...filters],
        destination: { cloudRunService: { service: service.name, region: service.region, path } },
        transport: topic === undefined ? undefined : { pubsub: { topic } },
        // Eventarc repeats the delivery of an event for 24 hours, unless there is only one attempt.
        retryPolicy: events.retries ? undefined : { maxAttempts: 1 },
        labels,
    };
}
