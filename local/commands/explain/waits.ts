import { type Creation, creations, propagation } from "slipway/facts";
import { type Exported, kindOf, nameOf } from "../../machine/exported";
import { isGrant } from "../pictures/components";
import { creationTime } from "./creationTimes";

/** A step of the first deployment. All times are in seconds. */
export interface Step {
    resource: string;
    /** When it begins, after the start of the deployment. */
    at: number;
    takes: number;
    /** How long it waits for the one before it to have an effect. */
    waits: number;
}

interface Timed extends Step {
    before?: string;
    end: number;
}

const { api, grant } = propagation.rows;

/**
 * What the last of some resources waits for at the first deployment, each step for the one before it. Unlimited parallelism, and the
 * creation times that others have observed.
 */
export function waitsFor(wanted: Exported[], resources: Exported[]): Step[] {
    const byUrn = new Map(resources.map((each) => [each.urn, each]));
    const timed = new Map<string, Timed>();
    const time = (resource: Exported): Timed => {
        const known = timed.get(resource.urn);
        if (known) {
            return known;
        }
        const dependencies = dependenciesOf(resource).flatMap((urn) => byUrn.get(urn) ?? []);
        const starts = dependencies.map((each) => {
            const waits = delay(each, resource);
            return { before: each.urn, waits, at: time(each).end + waits };
        });
        const [last = { before: undefined, waits: 0, at: 0 }] = starts.sort(
            (one, other) => other.at - one.at || (one.before < other.before ? -1 : 1),
        );
        const takes = resource.custom ? creationTime(resource.type).seconds : 0;
        const result = {
            resource: `${kindOf(resource)} ${nameOf(resource.urn)}`,
            ...last,
            takes,
            end: last.at + takes,
        };
        timed.set(resource.urn, result);
        return result;
    };
    const [last] = wanted.map(time).sort((one, other) => other.end - one.end);
    const steps: Step[] = [];
    for (let step = last; step !== undefined; step = timed.get(step.before ?? "")) {
        const { resource, at, takes, waits } = step;
        if (takes > 0) {
            steps.unshift({ resource, at, takes, waits });
        }
    }
    return steps;
}

/** How long a resource waits after another one that it depends on exists. */
function delay(other: Exported, resource: Exported): number {
    if (other.type === "gcp:projects/service:Service") {
        return api.typical;
    }
    const { wait } = (creations.rows as Record<string, Creation>)[resource.type] ?? {};
    return isGrant(other) && wait !== undefined ? grant.typical : 0;
}

const dependenciesOf = ({ dependencies = [], propertyDependencies = {} }: Exported) => [
    ...new Set([...dependencies, ...Object.values(propertyDependencies).flat()]),
];
