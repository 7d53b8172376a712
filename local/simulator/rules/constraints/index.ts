import type { Context } from "../rules";
import type { Change, Check } from "./constraint";
import { encryption } from "./encryption";
import { locations } from "./locations";
import { forwarding, machines } from "./machines";
import { runSettings, serviceAccess } from "./run";
import {
    accountCreation,
    contactDomain,
    databaseAccess,
    functionIngress,
    keyCreation,
    uniformAccess,
} from "./services";

/** The checks of organization policies by type; those of members are in `policy.ts`. */
const services: Record<string, Check> = {
    "gcp:cloudfunctionsv2/function:Function": functionIngress,
    "gcp:cloudrunv2/job:Job": runSettings,
    "gcp:cloudrunv2/service:Service": serviceAccess,
    "gcp:cloudrunv2/workerPool:WorkerPool": runSettings,
    "gcp:compute/forwardingRule:ForwardingRule": forwarding,
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": forwarding,
    "gcp:essentialcontacts/contact:Contact": contactDomain,
    "gcp:serviceaccount/account:Account": accountCreation,
    "gcp:serviceaccount/key:Key": keyCreation,
    "gcp:sql/databaseInstance:DatabaseInstance": databaseAccess,
    "gcp:storage/bucket:Bucket": uniformAccess,
};

const tables = [services, locations, encryption, machines];

/** Throws the API's error if an organization policy forbids a creation or an update. */
export function verifyConstraints(change: Change, context: Context): void {
    for (const table of tables) {
        const problem = change.project ? table[change.token]?.(change, context) : undefined;
        if (problem) {
            throw problem;
        }
    }
}
