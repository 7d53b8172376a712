import {
    AiDeploymentResourcePool,
    type AiDeploymentResourcePoolArgs,
} from "@pulumi/gcp/vertex/aiDeploymentResourcePool";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../../component/component";
import { Environment, inEnvironment } from "../../environment/environment";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import * as check from "../../internal/arguments/check";
import { region } from "../../internal/arguments/locations";
import { shortenName } from "../../internal/arguments/names";
import { type Transform, transforms } from "../../internal/engine/children";
import { freshName, suffixLength } from "../../internal/engine/freshName";
import { dedicatedResources, machineChecks, machineProblems, resolveMachines, type ServingMachines } from "./machines";

/** The arguments of a {@link VertexDeploymentPool}. Changing its machines replaces it, and deploys its models again. */
export interface VertexDeploymentPoolArgs extends ComponentArgs, ServingMachines {
    /**
     * The ID, before a random suffix: up to 56 lower-case letters, digits and hyphens.
     * @default the component's name
     */
    name?: string;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region}. Changing this replaces the pool.
     * @default the environment's region
     */
    region?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { pool?: Transform<AiDeploymentResourcePoolArgs> };
}

const maxName = vertexEndpointLimits.rows.poolId.max - suffixLength;

const poolArgs = check.options<VertexDeploymentPoolArgs>({
    name: check.matching(
        new RegExp(`^[a-z]([a-z0-9-]{0,${maxName - 2}}[a-z0-9])?$`),
        `must have up to ${maxName} lower-case letters, digits and hyphens, start with a letter and not end with a hyphen`,
    ),
    region,
    ...machineChecks,
    transform: transforms("pool"),
    ...componentArgs,
});

/**
 * Machines that {@link https://cloud.google.com/vertex-ai/docs/predictions/model-co-hosting several models share}, for models that receive
 * few requests. The models can belong to different endpoints, and must have the same prebuilt container, of TensorFlow or PyTorch. The
 * machines run while the pool has models.
 * @example
 * ```ts
 * const pool = new VertexDeploymentPool("small", { machineType: "n1-standard-4", scaling: { min: 1, max: 2 } });
 * const model = new VertexModel("iris", { source: "./iris", container: { framework: "tensorflow", version: "2.15" } });
 * new VertexEndpoint("iris", { models: { latest: { model, pool } } });
 * ```
 */
export class VertexDeploymentPool extends pulumi.ComponentResource {
    /** The pool itself. */
    readonly pool: AiDeploymentResourcePool;

    constructor(name: string, args: VertexDeploymentPoolArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const { project } = environment;
        const withDefaults = check.withDefaults(args, { name: shortenName(name, maxName), region: environment.region });
        const resolved = environment.resolved(() =>
            check.resolved(
                `VertexDeploymentPool "${name}"`,
                withDefaults,
                poolArgs,
                (checked) => ({ ...checked, machines: resolveMachines(checked, environment) }),
                ({ machines, region }) => machineProblems("", machines, region),
            ),
        );
        super("slipway:index:VertexDeploymentPool", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["aiplatform.googleapis.com"] });
        const fresh = freshName("name", resolved.name, vertexEndpointLimits.rows.poolId.max);
        const definition = {
            name: fresh.name,
            project,
            region: resolved.region,
            dedicatedResources: dedicatedResources(resolved.machines),
        };
        this.pool = new AiDeploymentResourcePool(...child("pool", name, definition, fresh.options));
        this.registerOutputs({ pool: this.pool });
    }
}
