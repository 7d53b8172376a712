import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import * as check from "../../internal/arguments/check";
import { splitProblems } from "../../internal/arguments/traffic";
import type { Scaling, ScalingResources } from "../scaling";
import type { Health } from "./health";
import type { ContainerResources } from "./resources";

/** What a canary can have other than the deployment. What is left out is as in the deployment. */
export interface CanaryTemplate {
    /**
     * The image of the new version.
     * @default the deployment's
     */
    image?: ImageSource;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the deployment's
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of the command.
     * @default the deployment's
     */
    args?: pulumi.Input<string>[];
    /**
     * Environment variables that are not secret, instead of the deployment's.
     * @default the deployment's
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * The health checks.
     * @default the deployment's
     */
    health?: string | Health;
    /**
     * The CPU, memory and disk.
     * @default the deployment's
     */
    resources?: ContainerResources;
    /**
     * The number of replicas.
     * @default the deployment's
     */
    scaling?: Scaling;
}

/** A second version with pods of its own, which receives a share of the requests. */
export interface DeploymentCanary {
    /** What is different from the deployment: `{ image: next }`. */
    template: CanaryTemplate;
    /**
     * The share of the requests of each version: whole percentages of `latest`, the deployment itself, and `canary`, which sum to 100
     * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/deploying-gateways#traffic-splitting traffic splitting}). With 0, the
     * pods of a version stay, so that requests can return to it immediately.
     * @default { latest: 90, canary: 10 }
     */
    split?: {
        /** The share of the deployment: 0 to 100 percent. */
        latest: number;
        /** The share of the canary: 0 to 100 percent. */
        canary: number;
    };
}

/** The resources of a canary. */
export interface CanaryResources {
    /** Its deployment. */
    deployment: Deployment;
    /** The network policy of its pods. */
    networkPolicy: NetworkPolicy;
    /** Limits voluntary evictions of its pods. */
    podDisruptionBudget: PodDisruptionBudget;
    /** The Service of its pods. */
    service: Service;
    /** Its autoscalers. */
    scaling: ScalingResources;
}

/** Checks a canary, by the checks of the arguments of deployments. */
export const deploymentCanary = (template: check.Checks<CanaryTemplate>) =>
    check.options<DeploymentCanary>(
        {
            template: check.options<CanaryTemplate>(template),
            split: check.options<{ latest: number; canary: number }>(
                { latest: check.percentage(), canary: check.percentage() },
                "latest",
                "canary",
            ),
        },
        "template",
    );

/** The default shares. */
export const defaultSplit = { latest: 90, canary: 10 };

/**
 * Checks a canary.
 *
 * @param ofVersion the problems of the deployment with the canary's template
 */
export function canaryProblems(
    { template, split = defaultSplit }: DeploymentCanary,
    hasGateway: boolean,
    ofVersion: readonly (check.Problem | undefined)[],
): (check.Problem | undefined)[] {
    const own = Object.keys(template);
    return [
        check.when(
            !hasGateway,
            "canary",
            "gke/canary-without-gateway",
            "needs a Gateway, which splits the requests: other load balancers send them to one Service. Set expose: { gateway: { … } }, or remove canary.",
        ),
        check.when(
            own.length === 0,
            "canary.template",
            "gke/canary-without-difference",
            "must have what is different from the deployment.",
        ),
        ...splitProblems(split, 0).map((problem) => ({ ...problem, path: problem.path.replace("traffic", "canary") })),
        ...ofVersion.map((problem) =>
            problem && own.includes(problem.path.split(".")[0] as string)
                ? { ...problem, path: `canary.template.${problem.path}` }
                : undefined,
        ),
    ];
}
