import { type Inputs, lastPart } from "../../../simulator";
import { traffic } from "../../../simulator/services/run/traffic";

/** The revision of a target; undefined if none is ready. */
function revisionOf(state: Inputs, { type, revision }: Inputs): string | undefined {
    return (type === traffic.latest ? lastPart(state.latestReadyRevision ?? "") : revision) || undefined;
}

const targetsOf = (state: Inputs): Inputs[] => state.trafficStatuses ?? [];

/**
 * The revision for a request to a service: that of the tag, or one by the weights of the traffic. Undefined if there is none, as for an
 * unknown tag.
 *
 * @param state the state of the service
 * @param tag the tag of the address, or an empty text
 * @param except revisions that receive no requests, whose share the others receive
 * @param random a number from 0 to below 1
 */
export function chooseRevision(
    state: Inputs,
    tag: string,
    except: ReadonlySet<string> = new Set(),
    random = Math.random(),
): string | undefined {
    const targets = targetsOf(state).filter((target) => !except.has(revisionOf(state, target) ?? ""));
    if (tag !== "") {
        const tagged = targets.find((target) => target.tag === tag);
        return tagged && revisionOf(state, tagged);
    }
    const total = targets.reduce((sum, { percent = 0 }) => sum + percent, 0);
    let left = random * total;
    for (const target of targets) {
        left -= target.percent ?? 0;
        if (left < 0) {
            return revisionOf(state, target);
        }
    }
    return undefined;
}

/** The share of a service's requests that a revision receives, in percent. */
export const shareOf = (state: Inputs, revision: string): number =>
    targetsOf(state)
        .filter((target) => revisionOf(state, target) === revision)
        .reduce((sum, { percent = 0 }) => sum + percent, 0);

/** The revisions that requests can reach, by weight or by tag. */
export const reachableRevisions = (state: Inputs): string[] => {
    const targets = targetsOf(state).filter(({ percent = 0, tag = "" }) => percent > 0 || tag !== "");
    return [...new Set(targets.flatMap((target) => revisionOf(state, target) ?? []))];
};
