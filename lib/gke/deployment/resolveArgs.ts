import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../../environment/defaults";
import * as check from "../../internal/check";
import { type Duration, secondsIn } from "../../internal/duration";
import { shortenName } from "../../internal/names";
import { type ResolvedScaling, resolveScaling, scalingProblems } from "../scaling";
import type { AutoscaledDeploymentArgs } from "./arguments";
import { autoscaledDeploymentArgs } from "./arguments";
import { callerProblems } from "./attachments";
import { type ResolvedAuthProxy, resolveAuthProxy } from "./authProxy";
import { databaseProblems, instancesOf } from "./databases";
import { type Exposure, exposureProblems } from "./exposure/arguments";
import { healthProblems, type ResolvedHealth, resolveHealth } from "./health";
import { labelsOf } from "./names";
import { podProblems, type ResolvedResources, resolveResources, resourcesProblems } from "./resources";
import { secretProblems } from "./secretFiles";
import { variableProblems } from "./variables";

type Defaulted = "name" | "scaling" | "uses" | "env" | "spot" | "rolloutTimeout" | "user";

/** The arguments with their plain defaults. */
type CompletedArgs = AutoscaledDeploymentArgs & Required<Pick<AutoscaledDeploymentArgs, Defaulted>>;

/** Validated arguments with their defaults. */
export interface ResolvedArgs extends Omit<CompletedArgs, "scaling" | "expose" | "health" | "resources" | "authProxy"> {
    scaling: ResolvedScaling;
    expose: Partial<Exposure>;
    health: ResolvedHealth;
    resources: ResolvedResources;
    authProxy: ResolvedAuthProxy;
    writable: string[];
    drainTimeout: Duration;
    terminationGracePeriod: Duration;
    /** The labels of its objects. */
    objectLabels: Record<string, pulumi.Input<string>>;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: AutoscaledDeploymentArgs,
    defaults: EnvironmentDefaults,
): ResolvedArgs {
    const completed = check.withDefaults(args, {
        name: shortenName(component, 63),
        scaling: {},
        uses: {},
        env: {},
        spot: false,
        rolloutTimeout: "10 minutes" as Duration,
        user: 10_001,
    });
    const title = `AutoscaledDeployment "${component}"`;
    return check.resolved(
        title,
        completed,
        autoscaledDeploymentArgs,
        (checked) => resolve(checked, defaults),
        argumentProblems,
    );
}

function resolve(args: CompletedArgs, defaults: EnvironmentDefaults): ResolvedArgs {
    const { port, name, labels, spot } = args;
    const expose: Partial<Exposure> = args.expose ?? {};
    const isHttp = expose.gateway !== undefined || expose.ingress !== undefined;
    const seconds = port === undefined ? 0 : spot ? 10 : isHttp ? 30 : 15;
    const drainTimeout = args.drainTimeout ?? (`${seconds} seconds` as const);
    const gracePeriod = spot ? 25 : secondsIn(drainTimeout) + 30;
    return {
        ...args,
        scaling: resolveScaling(args.scaling, defaults),
        expose,
        drainTimeout,
        terminationGracePeriod: args.terminationGracePeriod ?? `${gracePeriod} seconds`,
        health: resolveHealth(args.health),
        resources: resolveResources(args.resources),
        authProxy: resolveAuthProxy(args.authProxy),
        writable: [...new Set(["/tmp", ...(args.writable ?? [])])],
        objectLabels: labelsOf(name, pulumi.getStack(), labels),
    };
}

function argumentProblems(resolved: ResolvedArgs, args: AutoscaledDeploymentArgs): (check.Problem | undefined)[] {
    const { cluster, health, port, expose } = resolved;
    const isAutopilot = cluster.mode === "autopilot";
    // Other compute classes have other limits.
    const isGeneralPurpose = isAutopilot && args.nodeSelector?.["cloud.google.com/compute-class"] === undefined;
    return [
        ...scalingProblems(resolved.scaling, expose.gateway !== undefined),
        ...variableProblems(resolved.env, resolved.uses),
        ...callerProblems(resolved.uses, cluster),
        ...secretProblems(resolved.uses, resolved.writable),
        ...databaseProblems(args.authProxy, resolved),
        ...exposureProblems(expose, port, health.readiness.path, cluster),
        ...healthProblems(health, port),
        ...resourcesProblems(resolved.resources, isGeneralPurpose),
        ...resourcesProblems(resolved.authProxy.resources, isGeneralPurpose, "authProxy.resources"),
        ...(isGeneralPurpose && instancesOf(resolved.uses, port).length > 0
            ? podProblems(resolved.resources, resolved.authProxy.resources)
            : []),
        ...terminationProblems(resolved, isAutopilot),
    ];
}

/**
 * Checks the termination times against the limits of
 * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-overview Autopilot} and
 * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/autopilot-spot-pods Spot Pods}.
 */
function terminationProblems(resolved: ResolvedArgs, isAutopilot: boolean): (check.Problem | undefined)[] {
    const { drainTimeout, terminationGracePeriod, spot } = resolved;
    const max = spot ? "25 seconds" : "10 minutes";
    return [
        (isAutopilot || spot) && secondsIn(terminationGracePeriod) > secondsIn(max)
            ? check.problem(
                  "terminationGracePeriod",
                  "gke/termination-too-long",
                  `must be at most ${max} ${spot ? "for Spot Pods" : "on Autopilot"} (got "${terminationGracePeriod}").`,
              )
            : undefined,
        check.when(
            secondsIn(drainTimeout) >= secondsIn(terminationGracePeriod),
            "drainTimeout",
            "gke/drain-above-termination",
            `must be below terminationGracePeriod, ${terminationGracePeriod} (got "${drainTimeout}"), because open requests would have no time left.`,
        ),
    ];
}
