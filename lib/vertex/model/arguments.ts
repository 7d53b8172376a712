import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { modelLimits, modelNames } from "../../facts/vertex/modelLimits";
import { vertexRegions } from "../../facts/vertex/regions";
import { encryptionKey } from "../../iam/encryption";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { labels } from "../../internal/labels";
import type { ModelArgs } from "../dynamic";
import { artifacts, type ModelFolder } from "./artifacts";
import { container, type ServingContainer } from "./containers";

/** The {@link https://cloud.google.com/vertex-ai/docs/explainable-ai/overview explanations} of predictions, in the format of the API. */
export interface ModelExplanation {
    /** {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ExplanationParameters The attribution method}. */
    parameters: Record<string, unknown>;
    /**
     * {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ExplanationMetadata The inputs and outputs} of the model.
     * @default the metadata of the model
     */
    metadata?: Record<string, unknown>;
}

/** Files in Cloud Storage that describe the {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PredictSchemata formats} of predictions. */
export interface ModelSchemata {
    /** The format of an instance: `gs://acme-dev-models/iris/instance.yaml`. */
    instance?: pulumi.Input<string>;
    /** The format of the parameters. */
    parameters?: pulumi.Input<string>;
    /** The format of a prediction. */
    prediction?: pulumi.Input<string>;
}

/** The arguments of a {@link VertexModel}. */
export interface VertexModelArgs extends ComponentArgs, check.InsecureArgs, check.AllowUnlistedArgs {
    /**
     * The model's files: a folder next to the program, which is uploaded, a folder of a bucket, or the address of one,
     * `gs://acme-dev-models/iris`, such as the `artifacts` of a training job. The bucket must be in the region of the model. Vertex AI
     * copies the files once, when it creates the version. A change of files that the program uploads is a new version; for other files,
     * use another folder.
     * @default none: the container of your own has the model
     */
    artifacts?: pulumi.Input<string> | ModelFolder;
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
     * The ID of the {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key} that encrypts the model, in its region.
     * Changing this replaces the model, and is refused without another `modelId` while an endpoint serves it.
     * @default a Google-managed key
     */
    encryptionKey?: pulumi.Input<string>;
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

const anyObject = check.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object in the format of the API",
);

const schema = check.input(
    check.matching(/^gs:\/\/\S+$/, "must be a file in Cloud Storage: gs://acme-dev-models/instance.yaml"),
);

export const vertexModelArgs = check.options<VertexModelArgs>(
    {
        artifacts,
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
        explanation: check.options<ModelExplanation>({ parameters: anyObject, metadata: anyObject }, "parameters"),
        schemata: check.options<ModelSchemata>({ instance: schema, parameters: schema, prediction: schema }),
        encryptionKey,
        labels,
        transform: transforms("model", "bucket", "object"),
        ...check.allowUnlistedArgs,
        ...check.insecureArgs,
        ...componentArgs,
    },
    "container",
);
