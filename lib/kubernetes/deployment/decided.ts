import * as pulumi from "@pulumi/pulumi";
import { componentArgs } from "../../environment/component";
import type { EnvironmentDefaults } from "../../environment/defaults";
import * as check from "../../internal/check";
import { transforms } from "../../internal/children";
import { type Duration, duration } from "../../internal/duration";
import { image } from "../../internal/image";
import { fitted } from "../../internal/names";
import { type Scaling, scaling, scalingParts, scalingProblems } from "../scaling";
import type { AutoscaledDeploymentArgs } from "./arguments";
import { callProblems } from "./attachments";
import { authProxy, type DecidedAuthProxy, decidedAuthProxy } from "./authProxy";
import { databaseProblems } from "./databases";
import { type Exposure, exposure, exposureProblems } from "./exposure/arguments";
import { type DecidedHealth, decidedHealth, health, healthProblems } from "./health";
import { key, labelsOf, objectLabels, objectName } from "./names";
import { callers, egress } from "./network";
import { nodeSelector, tolerations } from "./placement";
import { type DecidedResources, decidedResources, resources, resourcesProblems } from "./resources";
import { folderProblem, secretProblems } from "./secretFiles";
import { environment, uses, variableProblems } from "./variables";

const text = check.list(check.input(check.text()));

const args = check.options<AutoscaledDeploymentArgs>(
    {
        cluster: check.component("GkeCluster"),
        image,
        port: check.whole(1024, 65_535),
        scaling,
        uses,
        environment,
        expose: exposure,
        health,
        resources,
        authProxy,
        command: text,
        args: text,
        user: check.pipe(
            check.custom((given) => given !== 0, "must not be root"),
            check.whole(1, 2_147_483_647),
        ),
        writable: check.list(
            check.pipe(
                check.text(),
                check.refine(
                    (given) => folderProblem(String(given)) === undefined,
                    ({ input }) => folderProblem(String(input)) ?? "",
                ),
            ),
        ),
        drainSeconds: check.whole(0, 600, "seconds"),
        terminationGracePeriodSeconds: check.whole(1, 3600, "seconds"),
        rolloutTimeout: duration("10 seconds", "1 hour"),
        allowFrom: callers,
        egress,
        spot: check.flag(),
        nodeSelector,
        tolerations,
        priorityClassName: check.input(objectName),
        namespace: check.input(objectName),
        name: objectName,
        labels: objectLabels,
        annotations: check.record(key, check.input(check.text())),
        transform: transforms(
            "namespace",
            "account",
            "serviceAccount",
            "secretProviderClass",
            "networkPolicy",
            "deployment",
            "service",
            "podDisruptionBudget",
            "address",
            "gateway",
            "route",
            "ingress",
            "healthCheckPolicy",
            "backendPolicy",
            "backendConfig",
            "frontendConfig",
            "gatewayPolicy",
            "managedCertificate",
            "certificate",
            "certificateMap",
            "certificateMapEntry",
            "sslPolicy",
            ...scalingParts,
        ),
        ...componentArgs,
    },
    "cluster",
    "image",
);

type Open = "name" | "scaling" | "uses" | "environment" | "spot" | "rolloutTimeout" | "user";

/** The arguments with those that have a plain default. */
type Given = AutoscaledDeploymentArgs & Required<Pick<AutoscaledDeploymentArgs, Open>>;

/** The arguments of a deployment with everything decided that they leave open. */
export interface Decided extends Omit<Given, "expose" | "health" | "resources" | "authProxy"> {
    expose: Partial<Exposure>;
    health: DecidedHealth;
    resources: DecidedResources;
    authProxy: DecidedAuthProxy;
    writable: string[];
    drainSeconds: number;
    terminationGracePeriodSeconds: number;
    /** The labels of its objects. */
    objectLabels: Record<string, pulumi.Input<string>>;
}

/** Checks the arguments and decides what they leave open. */
export function decided(component: string, given: AutoscaledDeploymentArgs, defaults: EnvironmentDefaults): Decided {
    const { minReplicas, maxReplicas } = defaults;
    const all = check.completed(given, {
        name: fitted(component, 63),
        scaling: { minReplicas, maxReplicas } as Scaling,
        uses: {},
        environment: {},
        spot: false,
        rolloutTimeout: "10 minutes" as Duration,
        user: 10_001,
    });
    const together = (checked: typeof all) => problems(checked, completed(checked));
    return completed(check.checked(`AutoscaledDeployment "${component}"`, all, args, together));
}

function completed(given: Given): Decided {
    const { port, name, labels, spot } = given;
    const expose: Partial<Exposure> = given.expose ?? {};
    const isHttp = expose.gateway !== undefined || expose.ingress !== undefined;
    const drainSeconds = given.drainSeconds ?? (port === undefined ? 0 : spot ? 10 : isHttp ? 30 : 15);
    return {
        ...given,
        expose,
        drainSeconds,
        terminationGracePeriodSeconds: given.terminationGracePeriodSeconds ?? (spot ? 25 : drainSeconds + 30),
        health: decidedHealth(given.health),
        resources: decidedResources(given.resources),
        authProxy: decidedAuthProxy(given.authProxy),
        writable: [...new Set(["/tmp", ...(given.writable ?? [])])],
        objectLabels: labelsOf(name, pulumi.getStack(), labels),
    };
}

function problems(given: AutoscaledDeploymentArgs, all: Decided): (check.Problem | undefined)[] {
    const { cluster, health, port, expose } = all;
    const isAutopilot = cluster.mode === "autopilot";
    // Other compute classes have other limits.
    const isGeneral = isAutopilot && given.nodeSelector?.["cloud.google.com/compute-class"] === undefined;
    return [
        ...scalingProblems(all.scaling, expose.gateway !== undefined),
        ...variableProblems(all.environment, all.uses),
        ...callProblems(all.uses, cluster),
        ...secretProblems(all.uses, all.writable),
        ...databaseProblems(given.authProxy, all),
        ...exposureProblems(expose, port, health.readiness),
        ...healthProblems(health, port),
        ...resourcesProblems(all.resources, isGeneral),
        ...resourcesProblems(all.authProxy.resources, isGeneral, "authProxy.resources"),
        ...stopProblems(all, isAutopilot),
    ];
}

/** How long pods may take to end: "Autopilot", "Spot Pods". */
function stopProblems(all: Decided, isAutopilot: boolean): (check.Problem | undefined)[] {
    const { drainSeconds, terminationGracePeriodSeconds: seconds, spot } = all;
    const most = spot ? 25 : 600;
    return [
        (isAutopilot || spot) && seconds > most
            ? {
                  path: "terminationGracePeriodSeconds",
                  reason: `must be at most ${most} ${spot ? "for Spot Pods" : "on Autopilot"} (got ${seconds}).`,
              }
            : undefined,
        drainSeconds >= seconds
            ? {
                  path: "drainSeconds",
                  reason: `must be below terminationGracePeriodSeconds, ${seconds} (got ${drainSeconds}), as nothing would be left for what was begun.`,
              }
            : undefined,
    ];
}
