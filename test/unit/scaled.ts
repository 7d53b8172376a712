import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import * as pulumi from "@pulumi/pulumi";
import type { Scaling } from "../../lib/gke";
import {
    createAutoscalers,
    replicaBounds,
    resolveScaling,
    type ScalingResources,
    type ScalingTransforms,
    scaling,
    scalingProblems,
} from "../../lib/gke/scaling";
import * as check from "../../lib/internal/arguments/check";
import { childrenOf } from "../../lib/internal/engine/children";
import type { EnvironmentDefaults } from "../../lib/stack/settings/defaults";

/** The resources around a scaling configuration. */
interface Around {
    isBehindGateway?: boolean;
    transform?: ScalingTransforms;
    /** The dependencies of metrics in the cluster. */
    adapter?: () => pulumi.Resource[];
}

/** A Deployment that is scaled, without other resources. */
export class ScaledDeployment extends pulumi.ComponentResource {
    readonly scaled: ScalingResources;

    constructor(name: string, given: unknown, { isBehindGateway = false, transform, adapter = () => [] }: Around = {}) {
        const { scaling: resolved } = check.resolved(
            `AutoscaledDeployment "${name}"`,
            { scaling: given as Scaling },
            check.options<{ scaling: Scaling }>({ scaling }, "scaling"),
            (all) => ({
                scaling: resolveScaling(all.scaling, { minReplicas: 1, maxReplicas: 3 } as EnvironmentDefaults, false),
            }),
            (all) => scalingProblems(all.scaling, isBehindGateway, false),
        );
        super("slipway:index:AutoscaledDeployment", name);
        const child = childrenOf(this, transform);
        const namespace = new Namespace(...child("namespace", name, { metadata: { name } }));
        const { replicas, serviceAnnotations: annotations } = replicaBounds(resolved);
        const metadata = { name, namespace: namespace.metadata.name, annotations };
        const deployment = new Deployment(...child("deployment", name, { metadata, spec: { replicas } as never }));
        const target = {
            name,
            namespace: namespace.metadata.name,
            labels: { "app.kubernetes.io/name": name, team: "forecast" },
            deployment,
            cluster: { name: pulumi.output("apps"), location: pulumi.output("europe-west1") },
            service: name,
            metricsAdapter: adapter,
        };
        this.scaled = createAutoscalers(name, resolved, target, child);
        this.registerOutputs();
    }
}
