import type { ComposerAlerts } from "../alerts";
import type { NamedOwner } from "./dags";

/** What to warn of where DAG files name owners of whose runs nobody is told, though there are alerts. */
export function ownersWarning(named: NamedOwner[], alerts: ComposerAlerts | undefined): string | undefined {
    const known = alerts?.owners ?? {};
    const lost = alerts && !alerts.others ? named.filter(({ owner }) => !Object.hasOwn(known, owner)) : [];
    const each = lost.map(({ owner, place }) => `"${owner}" (${place})`);
    return each.length > 0
        ? `alerts: nobody is told of the DAGs of ${each.join(", ")}. Add ${each.length > 1 ? "them" : "the owner"} to alerts.owners, or say who is told of all others in alerts.others.`
        : undefined;
}
