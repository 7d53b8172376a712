import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { servingFrameworks, servingImage } from "../../facts/vertex/servingContainers";
import { inSeconds } from "../../internal/duration";
import { healthOptions } from "../../internal/healthCheck";
import { isImageComponent } from "../../internal/image";
import { labelValue } from "../../internal/labels";
import { mebibytes } from "../../internal/size";
import type { ModelArgs } from "../dynamic";
import type { Artifacts } from "./artifacts";
import { isPrebuilt, type ModelContainer } from "./containers";
import type { ResolvedArgs } from "./resolveArgs";

/** The container in the format of the API. */
function containerSpec({ container, region }: ResolvedArgs) {
    if (isPrebuilt(container)) {
        const { framework, version, device = "cpu" } = container;
        return { imageUri: servingImage(servingFrameworks.rows[framework], version, device, region) };
    }
    const { image, port, env, sharedMemory, deploymentTimeout, ...rest } = container as ModelContainer;
    const { predictRoute, health, command, args } = rest;
    return {
        imageUri: isImageComponent(image) ? image.reference : image,
        command,
        args,
        env: env && Object.entries(env).map(([name, value]) => ({ name, value })),
        ports: port === undefined ? undefined : [{ containerPort: port }],
        predictRoute,
        healthRoute: health === undefined ? undefined : healthOptions(health).path,
        sharedMemorySizeMb: sharedMemory && String(Math.ceil(mebibytes(sharedMemory))),
        deploymentTimeout: deploymentTimeout && inSeconds(deploymentTimeout),
    };
}

/** The arguments of the model resource. */
export function modelArgs(args: ResolvedArgs, artifacts: Artifacts | undefined, { project }: Environment): ModelArgs {
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
            containerSpec: containerSpec(args),
            explanationSpec: explanation,
            predictSchemata: schemata && {
                instanceSchemaUri: schemata.instance,
                parametersSchemaUri: schemata.parameters,
                predictionSchemaUri: schemata.prediction,
            },
        } as ModelArgs["content"],
        files: artifacts?.files ?? "",
        aliases: args.aliases,
        keep: args.keep,
    };
}
