import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../../internal/arguments/duration";
import { display } from "../../internal/arguments/value";
import { fixedOr, type ResolvedMachines, type ServingScaling, scalingChecks } from "./machines";

/** The number of replicas of a model, which can be 0 while there are no requests. */
export interface ModelScaling extends ServingScaling {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/autoscaling minimum}, which always run and are always billed. 0 is
     * {@link https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero scaling to zero}, a feature in preview of the
     * API's version `v1beta1`. The endpoint must have only this model, so that another version replaces it with an interruption: if its
     * deployment fails, no model serves requests. The first request after a pause is answered with 429. After 30 days without requests Google undeploys
     * the model; after a refresh, the next update deploys it again.
     * @default 1; 2 in environments with high availability, as Google's service level agreement requires
     */
    min?: number;
    /**
     * With `min: 0`, the time without requests after which all replicas are removed: `"5 minutes"` to `"8 hours"`.
     * @default "1 hour"
     */
    scaleToZeroAfter?: Duration;
    /**
     * With `min: 0`, how long replicas run at least after the deployment, and each time they were added: `"5 minutes"` to `"8 hours"`.
     * @default "1 hour"
     */
    keepFor?: Duration;
    /**
     * With `min: 0`, the replicas that the first request adds.
     * @default 1
     */
    initial?: number;
}

const { rows: limits } = vertexEndpointLimits;

/** Checks a fixed number of replicas, or {@link ModelScaling}. */
export const modelScaling = fixedOr(
    check.options<ModelScaling>({
        ...scalingChecks,
        min: check.whole(0, limits.replicas.max, limits.replicas.unit),
        scaleToZeroAfter: durationWithin(limits.scaleToZero),
        keepFor: durationWithin(limits.scaleToZero),
        initial: check.limit(limits.replicas),
    }),
);

/** The options of a scaling, of which a fixed number is the short form. */
const scalingOf = (scaling: number | ModelScaling = {}): ModelScaling =>
    typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;

/** What scaling to zero depends on besides the model. */
interface OfEndpoint {
    models: object;
    split: Record<string, number>;
    access: unknown;
}

/** Reports what {@link https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero scaling to zero} is refused with. */
export function zeroProblems(
    at: string,
    { scaling, machines }: { scaling?: number | ModelScaling; machines?: ResolvedMachines },
    { models, split, access }: OfEndpoint,
) {
    const { scaleToZeroAfter, keepFor, initial } = scalingOf(scaling);
    if (machines?.replicas.min !== 0) {
        return Object.entries({ scaleToZeroAfter, keepFor, initial }).flatMap(([option, value]) =>
            value === undefined
                ? []
                : [
                      check.problem(
                          `${at}scaling.${option}`,
                          "vertex/option-without-scaling-to-zero",
                          `is only for scaling to zero (got ${display(value)}). Set min: 0, or remove it.`,
                      ),
                  ],
        );
    }
    const path = `${at}scaling.min`;
    const { max } = machines.replicas;
    return [
        check.when(
            access === "shared",
            path,
            "vertex/zero-in-shared",
            "cannot be 0 in shared endpoints. Set another access.",
        ),
        Object.keys(models).length > 1
            ? check.problem(
                  path,
                  "vertex/zero-with-several-models",
                  `cannot be 0 in an endpoint with several models (got ${Object.keys(models).join(", ")}).`,
              )
            : undefined,
        check.when(
            split.previous !== undefined,
            path,
            "vertex/zero-with-previous",
            "cannot be 0 with traffic of the previous version, as an endpoint that scales to zero has one model.",
        ),
        check.when(
            initial !== undefined && initial > max,
            `${at}scaling.initial`,
            "vertex/initial-above-max",
            `must not be above max, ${max} (got ${initial}).`,
        ),
    ];
}

/** Scaling to zero in the form of the API; nothing for machines that always run. */
export function zeroSpec({ scaling, machines }: { scaling?: number | ModelScaling; machines: ResolvedMachines }) {
    const { scaleToZeroAfter = "1 hour", keepFor = "1 hour", initial = 1 } = scalingOf(scaling);
    return machines.replicas.min === 0
        ? {
              initialReplicaCount: initial,
              scaleToZeroSpec: {
                  idleScaledownPeriod: inSeconds(scaleToZeroAfter),
                  minScaleupPeriod: inSeconds(keepFor),
              },
          }
        : {};
}
