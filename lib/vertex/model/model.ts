import type { Bucket } from "@pulumi/gcp/storage/bucket";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../environment/component";
import { Environment, inEnvironment } from "../../environment/environment";
import { encryptionGrants } from "../../iam/encryption";
import { DynamicProvider } from "../../internal/dynamic";
import { recordImages } from "../../internal/image";
import { labelValue } from "../../internal/labels";
import { isObject } from "../../internal/value";
import { Model, type ModelArgs } from "../dynamic";
import { type ExistingModel, type ExistingModelArgs, existingModel } from "../existing";
import { pullGrants } from "../images";
import type { ModelVersion } from "../version";
import { type Artifacts, type ModelFolder, modelArtifacts } from "./artifacts";
import { containerSpec, imageOf, supportWarning } from "./containers";
import { type ResolvedArgs, resolveArgs, type VertexModelArgs } from "./modelArgs";
import { schemataSpec } from "./schemata";

const api = "aiplatform.googleapis.com";

/**
 * A model in Vertex AI Model Registry. Changing its files, its container or its settings uploads a new version of the same model. If the
 * same content was uploaded before, the model returns to that version. Protected from deletion in production.
 */
export class VertexModel extends pulumi.ComponentResource implements ModelVersion {
    /** The model itself. */
    readonly model: Model;
    /** The full name of the model: `projects/acme-dev/locations/europe-west1/models/iris`. */
    readonly name: pulumi.Output<string>;
    /** The full name of the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    readonly version: pulumi.Output<string>;
    /** The bucket of the files that are uploaded from a folder next to the program. */
    readonly bucket?: Bucket;

    /**
     * A version of a model that exists already and is not managed by the stack, which endpoints deploy:
     * `VertexModel.existing("iris", { project: "acme-ml", version: "champion" })`. The name is an ID or a full name. The preview fails
     * if there is none.
     */
    static existing(name: string, args: ExistingModelArgs = {}): ExistingModel {
        return existingModel(name, args);
    }

    constructor(name: string, args: VertexModelArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment);
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
        encryptionKey: args.encryptionKey ?? "",
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
function grants({ artifacts, container, crossProject }: ResolvedArgs, environment: Environment): pulumi.Resource[] {
    const { bucket } = (isObject(artifacts) ? artifacts : {}) as Partial<ModelFolder>;
    return [
        ...environment.grantAgent(api, "roles/aiplatform.serviceAgent"),
        ...(bucket && "existing" in bucket ? environment.grantAgent(api, bucket.reader, crossProject) : []),
        ...pullGrants([imageOf(container)], environment, crossProject),
    ];
}
