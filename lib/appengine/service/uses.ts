import * as pulumi from "@pulumi/pulumi";
import {
    type Capability,
    type CloudSqlClient,
    mountableCapability,
    type Uses,
    usesWording,
} from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { isPlainObject } from "../../internal/arguments/value";
import type { Enqueued } from "../calls/queues";
import type { Application } from "../dynamic";
import { variable } from "../env";

/** A queue of the same application. The service may add tasks to it and receives its path. */
export interface QueueUse {
    /** The name of the queue, one of the `queues` of the application. */
    queue: string;
}

/** A service of the same application. The code receives its URL. */
export interface ServiceUse {
    /** The name of the service, one of the `services` of the application. */
    service: string;
}

/** What a service uses: capabilities of other components, and queues and services of its own application. */
export type AppEngineUses = Record<string, Capability<CloudSqlClient> | check.OneOf<QueueUse | ServiceUse>>;

const isAppReference = (use: unknown): use is check.OneOf<QueueUse | ServiceUse> =>
    isPlainObject(use) && ("queue" in use || "service" in use);

const appReference = check.variant({
    queue: check.options<QueueUse>({ queue: check.text() }, "queue"),
    service: check.options<ServiceUse>({ service: check.text() }, "service"),
});

/** Checks the capabilities and references. */
export const appEngineUses = check.record(
    variable,
    check.either(isAppReference, appReference, mountableCapability(["cloud-sql"])),
    usesWording,
);

/** The names of the application's queues and services. */
interface AppResources {
    queues: string[];
    services: string[];
}

/** Checks that the queues and services of the same application exist. */
export function appReferenceProblems(uses: AppEngineUses, { queues, services }: AppResources): check.Problem[] {
    return Object.entries(uses).flatMap(([variable, use]) => {
        if (!isAppReference(use)) {
            return [];
        }
        const [part, name, known] = use.queue
            ? ["queue", use.queue, queues]
            : ["service", String(use.service), services];
        const reason = `must be one of the application's ${part}s: ${known.join(", ") || "none"} (got "${name}").`;
        return known.includes(name)
            ? []
            : [check.problem(`uses.${variable}.${part}`, "appengine/uses-unknown-reference", reason)];
    });
}

/** The services of the same application that a service uses. */
export function servicesUsed(uses: AppEngineUses): string[] {
    return Object.values(uses).flatMap((use) => (isAppReference(use) && use.service !== undefined ? use.service : []));
}

/** The capabilities of other components. */
export function externalUses(uses: AppEngineUses): Uses<CloudSqlClient> {
    return Object.fromEntries(
        Object.entries(uses).filter(
            (entry): entry is [string, Capability<CloudSqlClient>] => !isAppReference(entry[1]),
        ),
    );
}

/** The URL of a service: the application's host name, with a prefix unless it is the default service. */
export function serviceUrl(service: string, { defaultHostname }: Application): pulumi.Output<string> {
    return pulumi.interpolate`https://${service === "default" ? "" : `${service}-dot-`}${defaultHostname}`;
}

/** Converts references to the same application to capabilities. */
export function resolveUses(
    uses: AppEngineUses,
    application: Application,
    queues: Readonly<Record<string, Enqueued>>,
): Uses<CloudSqlClient> {
    const capabilityOf = (use: AppEngineUses[string]): Capability<CloudSqlClient> => {
        if (!isAppReference(use)) {
            return use;
        }
        return use.queue
            ? (queues[use.queue] as Enqueued).enqueuer
            : { value: serviceUrl(String(use.service), application), grants: [], attachments: [] };
    };
    return Object.fromEntries(Object.entries(uses).map(([variable, use]) => [variable, capabilityOf(use)]));
}
