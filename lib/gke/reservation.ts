import * as check from "../internal/arguments/check";
import { isObject } from "../internal/arguments/value";
import { type NodeScaling, nodeScaling } from "./nodeScaling";

/** A reservation of Compute Engine, whose machines the nodes consume first. */
export interface NodeReservation {
    /** The name of the reservation; with its project if another project shares it: `projects/acme-hub/reservations/gpus`. */
    name: string;
}

/** Checks a reservation. */
export const reservation = check.either(
    isObject,
    check.options<NodeReservation>(
        {
            name: check.matching(
                /^(projects\/[^/]+\/reservations\/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
                "must be a reservation such as gpus, or projects/acme-hub/reservations/gpus",
            ),
        },
        "name",
    ),
    check.oneOf("NO_RESERVATION", "ANY_RESERVATION"),
);

interface QueuedPool {
    scaling?: number | NodeScaling;
    queuedProvisioning?: boolean;
    reservation?: "NO_RESERVATION" | "ANY_RESERVATION" | NodeReservation;
}

/**
 * The API: "Queued_provisioning requires reservation affinity to be set to none", and a minimum of no nodes.
 * https://github.com/hashicorp/terraform-provider-google/issues/18341
 * https://github.com/GoogleCloudPlatform/k8s-config-connector/pull/11085
 */
export function queueProblems(path: string, pool: QueuedPool): check.Problem[] {
    const { scaling, queuedProvisioning, reservation } = pool;
    if (!queuedProvisioning) {
        return [];
    }
    const problems: check.Problem[] = [];
    const { min = 0 } = nodeScaling(pool);
    if (typeof scaling === "number") {
        const reason = `must have a minimum of 0 with queuedProvisioning (got ${scaling}). Set only its max.`;
        problems.push(check.problem(`${path}.scaling`, "gke/queued-scaling-fixed", reason));
    } else if (min > 0) {
        const reason = `must be 0 with queuedProvisioning (got ${min}). Remove it.`;
        problems.push(check.problem(`${path}.scaling.min`, "gke/queued-scaling-min", reason));
    }
    if (reservation !== undefined && reservation !== "NO_RESERVATION") {
        const reason = `must be NO_RESERVATION with queuedProvisioning (got ${JSON.stringify(reservation)}). Remove it.`;
        problems.push(check.problem(`${path}.reservation`, "gke/queued-reservation", reason));
    }
    return problems;
}

/** https://cloud.google.com/kubernetes-engine/docs/how-to/consuming-reservations */
export function reservationAffinity({ reservation, queuedProvisioning }: QueuedPool) {
    if (typeof reservation === "object") {
        const key = "compute.googleapis.com/reservation-name";
        return { consumeReservationType: "SPECIFIC_RESERVATION", key, values: [reservation.name] };
    }
    const type = reservation ?? (queuedProvisioning ? "NO_RESERVATION" : undefined);
    return type && { consumeReservationType: type };
}
