import type { Environment } from "../../environment/environment";
import { modelNames } from "../../facts/vertex/modelLimits";
import { variableProblems } from "../../iam/serverless/variables";
import * as check from "../../internal/check";
import { shortenName } from "../../internal/names";
import { regionProblem } from "../../internal/places";
import { imageProblem } from "../images";
import { type VertexModelArgs, vertexModelArgs } from "./arguments";
import { fileProblem } from "./artifacts";
import { availabilityProblem, isPrebuilt } from "./containers";

type Defaulted = "modelId" | "displayName" | "region" | "aliases" | "keep";

/** Validated arguments with their defaults. */
export type ResolvedArgs = VertexModelArgs & Required<Pick<VertexModelArgs, Defaulted>>;

/** A valid ID from the component's name. */
function modelIdOf(component: string): string {
    const name = component.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-");
    return shortenName(/^[a-z_]/.test(name) ? name : `m${name}`, modelNames.rows.modelId.max);
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: VertexModelArgs, environment: Environment): ResolvedArgs {
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
        regionProblem("encryptionKey", valid.encryptionKey, valid.region, "the model"),
        ...(isPrebuilt(valid.container)
            ? []
            : [
                  imageProblem("container.image", valid.container.image, environment),
                  ...variableProblems("model", "container.env", valid.container.env ?? {}),
              ]),
    ]);
}
