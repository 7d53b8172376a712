import {
    AiEndpointWithModelGardenDeployment,
    type AiEndpointWithModelGardenDeploymentArgs,
} from "@pulumi/gcp/vertex/aiEndpointWithModelGardenDeployment";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../../component/component";
import { Environment, inEnvironment } from "../../environment/environment";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import type { Capability } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { region } from "../../internal/arguments/locations";
import { shortenName } from "../../internal/arguments/names";
import { isDeferred } from "../../internal/arguments/value";
import { type Transform, transforms } from "../../internal/engine/children";
import { noted } from "../../internal/engine/creationNote";
import { type PrivateAccess, privateAccess, privateArgs } from "./access";
import {
    dedicatedResources,
    machineChecks,
    machineProblems,
    type ResolvedMachines,
    resolveMachines,
    type ServingMachines,
} from "./machines";
import { offers } from "./offers";

/** A model of Hugging Face. */
export interface HuggingFaceModel {
    /** The ID of the model: `"Qwen/Qwen3-0.6B"`. */
    huggingFace: string;
    /**
     * A token that may read a gated model, as a secret: `config.requireSecret("huggingFaceToken")`. It is encrypted in the state. Another
     * token deploys the model again.
     * @default none, for models that everybody can read
     */
    accessToken?: pulumi.Output<string>;
    /**
     * Reads the model from Google's cache, also in a perimeter of VPC Service Controls.
     * @default false: from Hugging Face
     */
    cached?: boolean;
}

/** The arguments of a {@link ModelGardenEndpoint}. Changing anything but `scaling` replaces the endpoint. */
export interface ModelGardenEndpointArgs extends ComponentArgs, ServingMachines {
    /**
     * The model and its version in {@link https://cloud.google.com/model-garden Model Garden}, `"google/gemma3@gemma-3-1b-it"`, or a model
     * of Hugging Face.
     */
    model: string | HuggingFaceModel;
    /**
     * Accepts the license agreement of the model, which some models require.
     * @default false
     */
    acceptEula?: boolean;
    /**
     * The name that the console shows: up to 128 characters.
     * @default the component's name
     */
    displayName?: string;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region}. Changing this replaces the endpoint.
     * @default the environment's region
     */
    region?: string;
    /**
     * The machine type, with `gpu`, `scaling` and `spot`.
     * @default machines that Model Garden recommends for the model
     */
    machineType?: string;
    /**
     * Uses {@link https://cloud.google.com/vertex-ai/docs/predictions/use-spot-vms Spot VMs}, which can be stopped at any time.
     * @default false
     */
    spot?: boolean;
    /**
     * Where callers, who need a role, reach the endpoint: at a public domain name of its own, or only from networks with Private Service
     * Connect.
     * @default "dedicated"
     */
    access?: "dedicated" | PrivateAccess;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { endpoint?: Transform<AiEndpointWithModelGardenDeploymentArgs> };
}

const { rows: limits } = vertexEndpointLimits;

const secretText: check.Check<pulumi.Output<string>> = check.sensitive(
    isDeferred,
    'must be a secret output, such as config.requireSecret("huggingFaceToken"), not a plain text',
);

const gardenArgs = check.options<ModelGardenEndpointArgs>(
    {
        model: check.either(
            (value) => typeof value === "string",
            check.matching(
                /^[a-z0-9-]+\/[\w.-]+@[\w.-]+$/,
                "must be a publisher, a model and a version, such as google/gemma3@gemma-3-1b-it",
            ),
            check.options<HuggingFaceModel>(
                {
                    huggingFace: check.matching(
                        /^[\w.-]+\/[\w.-]+$/,
                        "must be the ID of a model such as Qwen/Qwen3-0.6B",
                    ),
                    accessToken: secretText,
                    cached: check.flag(),
                },
                "huggingFace",
            ),
        ),
        acceptEula: check.flag(),
        region,
        displayName: check.matching(
            new RegExp(`^.{1,${limits.displayName.max}}$`, "su"),
            `must have 1 to ${limits.displayName.max} characters`,
        ),
        ...machineChecks,
        spot: check.flag(),
        access: check.either((value) => typeof value === "string", check.oneOf("dedicated"), privateAccess),
        transform: transforms("endpoint"),
        ...componentArgs,
    } as check.Checks<ModelGardenEndpointArgs>,
    "model",
);

/** Validated arguments with their machines. */
type ResolvedArgs = ModelGardenEndpointArgs & { machines: ResolvedMachines; region: string };

const machineOptions = ["gpu", "scaling", "spot"] as const;

/** Without a machine type, Model Garden chooses the machines. */
function problems(args: ResolvedArgs): (check.Problem | undefined)[] {
    return args.machineType === undefined
        ? machineOptions.map((option) =>
              check.when(
                  args[option] !== undefined,
                  option,
                  "vertex/option-without-machine-type",
                  "needs machineType. Without it, Model Garden chooses the machines.",
              ),
          )
        : machineProblems("", args.machines, args.region);
}

/** The arguments of the endpoint. */
function endpointArgs(
    component: string,
    args: ResolvedArgs,
    environment: Environment,
): AiEndpointWithModelGardenDeploymentArgs {
    const { model, acceptEula, machineType, machines, spot, access = "dedicated" } = args;
    const { displayName = shortenName(component, vertexEndpointLimits.rows.displayName.max) } = args;
    const { project } = environment;
    const [publisher, name] = typeof model === "string" ? model.split("/") : [];
    const { huggingFace, accessToken, cached } = typeof model === "string" ? ({} as Partial<HuggingFaceModel>) : model;
    return {
        project,
        location: args.region,
        ...(huggingFace === undefined
            ? { publisherModelName: `publishers/${publisher}/models/${name}` }
            : { huggingFaceModelId: huggingFace }),
        modelConfig: {
            modelDisplayName: displayName,
            ...(acceptEula && { acceptEula }),
            // The provider's schema does not mark it as a secret.
            ...(accessToken && { huggingFaceAccessToken: pulumi.secret(accessToken) }),
            ...(cached && { huggingFaceCacheEnabled: cached }),
        },
        endpointConfig: {
            endpointDisplayName: displayName,
            ...(access === "dedicated"
                ? { dedicatedEndpointEnabled: true }
                : { privateServiceConnectConfig: gardenConnection(access, project) }),
        },
        ...(machineType !== undefined && {
            deployConfig: {
                dedicatedResources: {
                    ...dedicatedResources(machines),
                    ...(spot && { spot }),
                },
            },
        }),
    };
}

/** This type has one network instead of a list. */
function gardenConnection(access: PrivateAccess, project: string) {
    const args = privateArgs(access, project);
    return "pscAutomationConfigs" in args ? { ...args, pscAutomationConfigs: args.pscAutomationConfigs[0] } : args;
}

/**
 * A Vertex AI endpoint that serves one model from Model Garden or Hugging Face. Changing the model or its machines creates a new endpoint
 * before the old one is deleted. Only consumers of `predictor` can request predictions. Protected from deletion in production.
 * @example
 * ```ts
 * const gemma = new ModelGardenEndpoint("gemma", { model: "google/gemma3@gemma-3-1b-it", acceptEula: true });
 * new ServerlessFunction("chat", { source: "./chat", trigger: { http: {} }, uses: { GEMMA: gemma.predictor } });
 * ```
 */
export class ModelGardenEndpoint extends pulumi.ComponentResource {
    /** The endpoint with the model. */
    readonly endpoint: AiEndpointWithModelGardenDeployment;
    /** The full name: `projects/acme-dev/locations/europe-west4/endpoints/1234567890`. */
    readonly name: pulumi.Output<string>;
    /** The service attachment of a private endpoint, the target of forwarding rules; empty for others. */
    readonly serviceAttachment: pulumi.Output<string>;
    /** Grants asking the endpoint for predictions; the consumer receives its full name, as Google's client libraries take it. */
    readonly predictor: Capability;
    /** A capability of any role on the endpoint, for roles that no other one has; the consumer receives the full name. */
    readonly role: (role: string) => Capability;

    constructor(name: string, args: ModelGardenEndpointArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() =>
            check.resolved(
                `ModelGardenEndpoint "${name}"`,
                check.withDefaults(args, { region: environment.region }),
                gardenArgs,
                (checked): ResolvedArgs => ({ ...checked, machines: resolveMachines(checked, environment) }),
                problems,
            ),
        );
        super("slipway:index:ModelGardenEndpoint", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["aiplatform.googleapis.com"] });
        this.endpoint = new AiEndpointWithModelGardenDeployment(
            ...noted(child, costNote(name, resolved))("endpoint", name, endpointArgs(name, resolved, environment), {
                protect: environment.defaults.protect,
                additionalSecretOutputs: ["modelConfig"],
            }),
        );
        const { project, location, endpoint, endpointConfig } = this.endpoint;
        this.name = pulumi.interpolate`projects/${project}/locations/${location}/endpoints/${endpoint}`;
        this.serviceAttachment = endpointConfig.apply(
            (config) => config?.privateServiceConnectConfig?.serviceAttachment ?? "",
        );
        ({ predictor: this.predictor, role: this.role } = offers(name, { project, location, endpoint }, this.name));
        this.registerOutputs({ name: this.name });
    }
}

/** What it costs to leave it running. */
function costNote(name: string, { machineType, machines }: ResolvedArgs): string {
    const what =
        machineType === undefined
            ? "the machines of the model"
            : `${machines.replicas.min} ${machineType} (scaling.min)`;
    return `The endpoint "${name}" is billed for ${what}, which always run, also without requests.`;
}
