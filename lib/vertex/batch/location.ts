import * as pulumi from "@pulumi/pulumi";
import { isNear } from "../../facts/vertex/batchPrediction";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { displayKnown } from "../../internal/arguments/value";
import { type ModelVersion, otherRegion, versionLocation } from "../version";

/** The region, once the one of the model is known to be the same. */
export function jobLocation(
    component: string,
    model: ModelVersion | pulumi.Input<string>,
    region: string,
): pulumi.Output<string> {
    return versionLocation(model).apply((location) => {
        const problem = otherRegion("model", location, region, "the prediction");
        if (problem) {
            throw deferredError(`VertexBatchPrediction "${component}"`, [problem]);
        }
        return region;
    });
}

/** Reports data in another location than the model: {@link https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions requirements}. */
export function nearModel(
    component: string,
    path: string,
    [location, region, value]: [pulumi.Input<string | undefined>, pulumi.Input<string>, pulumi.Input<string>],
): pulumi.Output<string> {
    return pulumi.all([location, region, value]).apply(async ([place, wanted, address]) => {
        if (place && !isNear(place, wanted)) {
            const reason = `is in ${place}, and must be in the region of the model, ${wanted}, or in its multi-region (got ${await displayKnown(value, address)}).`;
            throw deferredError(`VertexBatchPrediction "${component}"`, [
                check.problem(path, "vertex/data-in-other-region", reason),
            ]);
        }
        return address;
    });
}
