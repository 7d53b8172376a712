import * as check from "../../internal/arguments/check";
import { splitProblems } from "../../internal/arguments/traffic";

/** The traffic of the models of an endpoint. */
export interface EndpointTraffic {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/deployment traffic split}: whole percentages of `latest`, of `previous`,
     * the version that served before it, and of other keys of `models`. They must sum to 100. While there is no previous version, its
     * share goes to the latest. `previous: 0` keeps the previous version deployed, and billed, so that traffic can return to it immediately;
     * without `previous` it is undeployed.
     * @default { latest: 100 }
     */
    split?: Record<string, number>;
}

/** Checks {@link EndpointTraffic}. */
export const endpointTraffic = check.options<EndpointTraffic>({
    split: check.record(check.text(), check.percentage()),
});

/** Completes the traffic: without a split, all goes to the latest model. */
export const resolveSplit = ({ split = { latest: 100 } }: EndpointTraffic = {}): Record<string, number> => split;

/** Reports shares that do not sum to 100, and shares of unknown models. */
export function trafficProblems(split: Record<string, number>, models: object): check.Problem[] {
    const known = [...Object.keys(models), "previous"];
    return [
        ...splitProblems(split, 0),
        ...Object.keys(split)
            .filter((key) => !known.includes(key))
            .map((key) =>
                check.problem(
                    `traffic.split.${key}`,
                    "vertex/split-unknown-model",
                    `must be a key of models: ${known.join(", ")}.`,
                ),
            ),
    ];
}
