import { creationTime, delays } from "./cloud.mjs";
import { dependenciesOf, isGrant, needsOf } from "./needs.mjs";

/** `Function predict` of a URN. */
export const nameOf = (urn) => `${urn.split("::")[2].split(/[:$]/).at(-1)} ${urn.split("::").slice(3).join("::")}`;

/**
 * The seconds until the last resource of a deployment exists, and until it can exist, with the chains of what each last resource waits for,
 * and of each resource the dependency that is not needed and costs most time.
 */
export function spanOf({ records, folder, settings }) {
    const resources = records
        .filter(({ custom, urn }) => custom && urn !== undefined)
        .map(({ registered, start, end, ...each }) => ({
            ...each,
            ready: registered / 1000,
            start: start / 1000,
            end: end / 1000,
        }));
    const needs = needsOf(records, folder, settings);
    const shortest = shortestOf(resources, needs);
    const actual = new Map(resources.map((each) => [each.urn, each]));
    const chain = chainOf(actual, (each) => dependenciesOf(each).map((on) => ({ on, after: 0 })));
    return {
        count: resources.length,
        types: [...new Set(resources.map(({ type }) => type))],
        up: Math.max(...resources.map(({ end }) => end)),
        needed: Math.max(...[...shortest.values()].map(({ end }) => end)),
        chain: chain.map(shown),
        neededChain: chainOf(shortest, ({ urn }) => needs.get(urn)).map(shown),
        unneeded: resources.flatMap((each) => unneededOf(each, actual, needs.get(each.urn))),
    };
}

const shown = ({ urn, ready, start, end }) => ({ urn, ready, start, end });

/** The times of resources that only wait for what they need. */
function shortestOf(resources, needs) {
    const times = new Map();
    const timesOf = (urn) => {
        if (!times.has(urn)) {
            times.set(urn, { urn, ready: 0, start: 0, end: 0 });
            const ends = needs
                .get(urn)
                .map(({ on, after }) => ({ ready: timesOf(on).end, start: timesOf(on).end + after }));
            const ready = Math.max(0, ...ends.map((each) => each.ready));
            const start = Math.max(0, ...ends.map((each) => each.start));
            const { type } = resources.find((each) => each.urn === urn);
            times.set(urn, { urn, ready, start, end: start + creationTime(type).seconds });
        }
        return times.get(urn);
    };
    for (const { urn } of resources) {
        timesOf(urn);
    }
    return times;
}

/** From the first to the last resource: each waits for the one before it. */
function chainOf(times, waitsOf) {
    const chain = [];
    let last = [...times.values()].reduce((one, other) => (other.end > one.end ? other : one));
    while (last) {
        chain.unshift(last);
        const before = waitsOf(last).flatMap(({ on, after }) => (times.has(on) ? { ...times.get(on), after } : []));
        last = before.reduce(
            (one, other) => (!one || other.end + other.after > one.end + one.after ? other : one),
            undefined,
        );
    }
    return chain;
}

/** The latest dependency of a resource that it does not need, if that is later than all that it needs. */
function unneededOf(resource, times, needs) {
    const needed = new Set(needs.map(({ on }) => on));
    const possible = Math.max(0, ...needs.map(({ on, after }) => times.get(on).end + after));
    const late = dependenciesOf(resource)
        .filter((on) => times.has(on) && !needed.has(on))
        .map((on) => {
            const after = isGrant(times.get(on)) && resource.start > resource.ready ? delays.grant : 0;
            return { resource: resource.urn, on, seconds: times.get(on).end + after - possible };
        })
        .filter(({ seconds }) => seconds > 0);
    return late.sort((one, other) => other.seconds - one.seconds).slice(0, 1);
}
