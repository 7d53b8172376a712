import type { Bucket, BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../../component/component";
import {
    type EncryptionKey,
    encryptionGrants,
    encryptionKey,
    idOfKey,
    keyRegionProblem,
} from "../../component/encryption";
import { Environment, inEnvironment } from "../../environment/environment";
import { requireKnown } from "../../environment/existing";
import { modelLimits, modelNames } from "../../facts/vertex/modelLimits";
import { vertexRegions } from "../../facts/vertex/regions";
import * as check from "../../internal/arguments/check";
import { recordImages } from "../../internal/arguments/image";
import { labels, labelValue } from "../../internal/arguments/labels";
import { shortenName } from "../../internal/arguments/names";
import { isObject } from "../../internal/arguments/value";
import { type Transform, transforms } from "../../internal/engine/children";
import { DynamicProvider } from "../../internal/engine/dynamic";
import { Model, type ModelArgs } from "../dynamic";
import { type ExistingModel, type ExistingModelArgs, existingModel } from "../existing";
import { pullGrants } from "../images";
import type { ModelVersion } from "../version";
import { type Artifacts, fileProblem, type ModelFolder, modelArtifacts, modelSource } from "./artifacts";
import {
    availabilityProblem,
    container,
    containerProblems,
    containerSpec,
    imageOf,
    type ServingContainer,
    supportWarning,
} from "./containers";
import { type ModelExplanation, modelExplanation } from "./explanation";
import { type ModelSchemata, modelSchemata, schemataSpec } from "./schemata";

/** The arguments of a {@link VertexModel}. */
export interface VertexModelArgs extends ComponentArgs, check.InsecureArgs, check.AllowUnlistedArgs {
    /**
     * The model's files: a folder next to the program, which is uploaded, a folder of a bucket, or the address of one,
     * `gs://acme-dev-models/iris`, such as the `artifacts` of a training job. The bucket must be in the region of the model. Vertex AI
     * copies the files once, when it creates the version. A change of files that the program uploads is a new version; for other files,
     * use another folder.
     * @default none: the container of your own has the model
     */
    source?: pulumi.Input<string> | ModelFolder;
    /** The container that serves predictions: a prebuilt one, or one of your own. */
    container: ServingContainer;
    /**
     * The ID of the model: up to 63 lower-case letters, digits, `_` and `-`, not starting with a digit or a hyphen. Changing this
     * replaces the model.
     * @default the component's name
     */
    modelId?: string;
    /**
     * The name in the console: 1 to 128 characters.
     * @default the component's name
     */
    displayName?: string;
    /**
     * A description of the model.
     * @default none
     */
    description?: string;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region}. Changing this replaces the model.
     * @default the environment's region
     */
    region?: string;
    /**
     * {@link https://cloud.google.com/vertex-ai/docs/model-registry/model-alias Aliases} of the version, which other versions lose, such as
     * `champion`. Without `"default"`, the version that has it keeps it.
     * @default ["default"]
     */
    aliases?: string[];
    /**
     * The number of versions to keep: 1 to 1000. Older ones are deleted, except versions that are deployed or have an alias.
     * @default 5
     */
    keep?: number;
    /**
     * The explanations of predictions.
     * @default none
     */
    explanation?: ModelExplanation;
    /**
     * Descriptions of the formats of predictions.
     * @default none
     */
    schemata?: ModelSchemata;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts the model, in
     * its region. Changing this replaces the model, and is refused without another `modelId` while an endpoint serves it.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * Labels of the model: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { model?: Transform<ModelArgs>; bucket?: Transform<BucketArgs>; object?: Transform<BucketObjectArgs> };
}

/** Aliases with this prefix recognize versions by their content. */
const ownPrefix = "slipway-";

const alias = check.pipe(
    check.nameOf(modelNames.rows.versionAlias),
    check.refine((value) => !String(value).startsWith(ownPrefix), `must not start with ${ownPrefix}`),
);

const vertexModelArgs = check.options<VertexModelArgs>(
    {
        source: modelSource,
        container,
        modelId: check.nameOf(modelNames.rows.modelId),
        displayName: check.matching(
            new RegExp(`^[^\\r\\n]{1,${modelLimits.rows.displayName.max}}$`),
            `must have 1 to ${modelLimits.rows.displayName.max} characters on one line`,
        ),
        description: check.text(),
        region: check.listed(
            (region) => Object.hasOwn(vertexRegions.rows, region),
            /^[a-z]+-[a-z]+\d+$/,
            "must be a region of Vertex AI such as europe-west1",
        ),
        aliases: check.list(alias, "must be a list of aliases") as check.AnyCheck,
        keep: check.whole(1, 1000, "versions"),
        explanation: modelExplanation,
        schemata: modelSchemata,
        encryptionKey,
        labels,
        transform: transforms("model", "bucket", "object"),
        ...check.allowUnlistedArgs,
        ...check.insecureArgs,
        ...componentArgs,
    },
    "container",
);

const api = "aiplatform.googleapis.com";

/**
 * A model in Vertex AI Model Registry. Changing its files, its container or its settings uploads a new version of the same model. If the
 * same content was uploaded before, the model returns to that version. Protected from deletion in production.
 * @example
 * ```ts
 * const iris = new VertexModel("iris", {
 *     source: "./iris",
 *     container: { framework: "scikit-learn", version: "1.6" },
 *     aliases: ["default", "champion"],
 * });
 * ```
 */
export class VertexModel extends pulumi.ComponentResource implements ModelVersion {
    /** The model itself. */
    readonly model: Model;
    /** The full name of the model: `projects/acme-dev/locations/europe-west1/models/iris`. */
    readonly name: pulumi.Output<string>;
    /** The full name of the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    readonly version: pulumi.Output<string>;
    /** The region in which the model is stored. */
    readonly region: string;
    /** The bucket of the files that are uploaded from a folder next to the program. */
    readonly bucket?: Bucket;

    /**
     * A version of a model that exists already and is not managed by the stack, which endpoints deploy:
     * `VertexModel.existing("iris", { project: "acme-ml", version: "champion" })`. The name is an ID or a full name. The preview fails
     * if there is none.
     */
    static existing(name: string, args: ExistingModelArgs = {}): ExistingModel {
        requireKnown("VertexModel", name, args);
        return existingModel(name, args);
    }

    constructor(name: string, args: VertexModelArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:VertexModel", name, {}, inEnvironment(options, resolved.crossProject));
        const warning = supportWarning(resolved.container);
        if (warning !== undefined) {
            pulumi.log.warn(`VertexModel "${name}": ${warning}`, this);
        }

        const { child } = component(this, name, resolved, { apis: [api, "storage.googleapis.com"] });
        const key = encryptionGrants(environment, name, resolved, api, "storage.googleapis.com");
        const artifacts = modelArtifacts({
            component: name,
            args: resolved,
            environment,
            child: (part, childName, inputs, own = {}) =>
                child(part, childName, inputs, pulumi.mergeOptions({ dependsOn: key }, own)),
        });
        this.bucket = artifacts?.bucket;
        this.model = new Model(
            ...child("model", name, modelArgs(resolved, artifacts, environment), {
                provider: new DynamicProvider(name, { parent: this }),
                dependsOn: [...grants(resolved, environment), ...key, ...(artifacts?.dependsOn ?? [])],
                protect: environment.defaults.protect,
            }),
        );
        recordImages([imageOf(resolved.container)], this.model);
        this.name = this.model.id;
        this.region = resolved.region;
        this.version = pulumi.interpolate`${this.model.id}@${this.model.versionId}`;
        this.registerOutputs({ name: this.name, version: this.version });
    }
}

/** The arguments of the model resource. */
function modelArgs(args: ResolvedArgs, artifacts: Artifacts | undefined, { project }: Environment): ModelArgs {
    const { schemata, explanation } = args;
    return {
        project,
        location: args.region,
        modelId: args.modelId,
        displayName: args.displayName,
        description: args.description ?? "",
        labels: { environment: labelValue(pulumi.getStack()), ...args.labels },
        encryptionKey: idOfKey(args.encryptionKey) ?? "",
        content: {
            artifactUri: artifacts?.uri,
            containerSpec: containerSpec(args.container, args.region),
            explanationSpec: explanation,
            predictSchemata: schemata && schemataSpec(schemata),
        } as ModelArgs["content"],
        files: artifacts?.files ?? "",
        aliases: args.aliases,
        keep: args.keep,
    };
}

/**
 * The roles of the {@link https://cloud.google.com/vertex-ai/docs/general/access-control#service-agents service agent}, which reads the
 * files and the image: its own on the project, and a role on a bucket that is elsewhere.
 */
function grants({ source, container, crossProject }: ResolvedArgs, environment: Environment): pulumi.Resource[] {
    const { bucket } = (isObject(source) ? source : {}) as Partial<ModelFolder>;
    return [
        ...environment.grantAgent(api, "roles/aiplatform.serviceAgent"),
        ...(bucket && "existing" in bucket ? environment.grantAgent(api, bucket.reader, crossProject) : []),
        ...pullGrants([imageOf(container)], environment, crossProject),
    ];
}

type Defaulted = "modelId" | "displayName" | "region" | "aliases" | "keep";

/** Validated arguments with their defaults. */
type ResolvedArgs = VertexModelArgs & Required<Pick<VertexModelArgs, Defaulted>>;

/** A valid ID from the component's name. */
function modelIdOf(component: string): string {
    const name = component.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-");
    return shortenName(/^[a-z_]/.test(name) ? name : `m${name}`, modelNames.rows.modelId.max);
}

/** Completes the arguments with their defaults and validates the result. */
function resolveArgs(component: string, args: VertexModelArgs, environment: Environment): ResolvedArgs {
    const { region } = environment;
    const completed = check.withDefaults<VertexModelArgs, Defaulted>(args, {
        modelId: modelIdOf(component),
        displayName: component,
        region,
        aliases: ["default"],
        keep: 5,
    });
    return check.checked(`VertexModel "${component}"`, completed, vertexModelArgs, (valid) => [
        availabilityProblem(valid.container),
        ...fileProblem(valid),
        keyRegionProblem("encryptionKey", valid.encryptionKey, valid.region, "the model"),
        ...containerProblems(valid.container, environment),
    ]);
}
