import type * as pulumi from "@pulumi/pulumi";
import { secondsIn } from "../../internal/duration";
import { sizeOf } from "../scaling";
import type { Decided } from "./decided";
import { selector } from "./names";
import { type PodParts, podTemplate } from "./pod";

/** What the objects of a deployment have in common. */
export function metadata(args: Decided, namespace: pulumi.Input<string>) {
    return { name: args.name, namespace, labels: args.objectLabels };
}

/** The Deployment: a pod is taken away only when another one is ready in its place. */
export function deploymentSpec(args: Decided, parts: PodParts) {
    return {
        replicas: sizeOf(args.scaling).replicas,
        selector: { matchLabels: selector(args.name) },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
        progressDeadlineSeconds: secondsIn(args.rolloutTimeout),
        template: podTemplate(args, parts),
    };
}

/**
 * How many pods an upgrade of nodes or a drain may take away at a time: a quarter of the least that there are, and at least one,
 * as a budget that allows none keeps nodes from ever being upgraded ("Specifying a Disruption Budget for your Application").
 */
export function disruptionBudget(args: Decided) {
    const { least } = sizeOf(args.scaling);
    return {
        selector: { matchLabels: selector(args.name) },
        maxUnavailable: Math.max(1, Math.floor(least / 4)),
        // What does not work anyway may go.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
    };
}
