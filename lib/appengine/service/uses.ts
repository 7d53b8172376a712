import * as pulumi from "@pulumi/pulumi";
import { type Capability, type CloudSqlClient, mountableCapability, type Uses } from "../../identity/capability";
import * as check from "../../internal/check";
import { isPlainObject } from "../../internal/value";
import type { Enqueued } from "../calls/queues";
import type { Application } from "../dynamic";
import { variable } from "../serviceArguments";

/** A queue of the same application, to which the code may add tasks: it gets the path of the queue. */
export interface QueueUse {
    queue: string;
}

/** A service of the same application: the code gets its address. */
export interface ServiceUse {
    service: string;
}

/** What a service uses: what other components offer, and what its own application has. */
export type AppEngineUses = Record<string, Capability<CloudSqlClient> | check.OneOf<QueueUse | ServiceUse>>;

const isOwn = (given: unknown): given is check.OneOf<QueueUse | ServiceUse> =>
    isPlainObject(given) && ("queue" in given || "service" in given);

const own = check.variant({
    queue: check.options<QueueUse>({ queue: check.text() }, "queue"),
    service: check.options<ServiceUse>({ service: check.text() }, "service"),
});

/** Checks what a service uses. */
export const appEngineUses: check.Check = check.record(
    variable,
    check.either(isOwn, own, mountableCapability(["cloud-sql"])),
);

/** What the application has, by name. */
interface Known {
    queues: string[];
    services: string[];
}

/** Why a service cannot use what its own application is to have. */
export function ownProblems(uses: AppEngineUses, { queues, services }: Known): check.Problem[] {
    return Object.entries(uses).flatMap(([variable, given]) => {
        if (!isOwn(given)) {
            return [];
        }
        const [part, name, known] = given.queue
            ? ["queue", given.queue, queues]
            : ["service", String(given.service), services];
        const reason = `must be one of the application's ${part}s: ${known.join(", ") || "none"} (got "${name}").`;
        return known.includes(name) ? [] : [{ path: `uses.${variable}.${part}`, reason }];
    });
}

/** Those that other components offer. */
export function offered(uses: AppEngineUses): Uses<CloudSqlClient> {
    return Object.fromEntries(
        Object.entries(uses).filter((entry): entry is [string, Capability<CloudSqlClient>] => !isOwn(entry[1])),
    );
}

/** The address of a service: as the application's own, or before it with its name. */
export function addressOf(service: string, { defaultHostname }: Application): pulumi.Output<string> {
    return pulumi.interpolate`https://${service === "default" ? "" : `${service}-dot-`}${defaultHostname}`;
}

/** What the code may use, with the capabilities for what is the application's own. */
export function resolved(
    uses: AppEngineUses,
    application: Application,
    queues: Readonly<Record<string, Enqueued>>,
): Uses<CloudSqlClient> {
    const capabilityOf = (given: AppEngineUses[string]): Capability<CloudSqlClient> => {
        if (!isOwn(given)) {
            return given;
        }
        return given.queue
            ? (queues[given.queue] as Enqueued).enqueuer
            : { value: addressOf(String(given.service), application), grants: [], attachments: [] };
    };
    return Object.fromEntries(Object.entries(uses).map(([variable, given]) => [variable, capabilityOf(given)]));
}
